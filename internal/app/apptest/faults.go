package apptest

const (
	StartClip = "POST /v1/image_to_video"
	CheckClip = "GET /v1/tasks/{id}"
	StartCut  = "POST /v2/renders"
	CheckCut  = "GET /v2/renders/{id}"
)
