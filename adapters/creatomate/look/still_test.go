package look

import (
	"bytes"
	"image/png"
	"strings"
	"testing"

	"github.com/sajangpick/sajangpick/pipeline"
)

func TestDocument_StillIsAPictureOfThePhotoThatIsThereAtOnce(t *testing.T) {
	r := request()
	for _, r.Look = range Names() {
		r.Size = pipeline.Still
		doc := document(t, r)
		if doc["output_format"] != "jpg" || doc["duration"] != nil ||
			element(doc, "main_video_layer")["source"] != r.Photo {
			t.Errorf("a %v of %v", doc["output_format"], element(doc, "main_video_layer")["source"])
		}
		each(doc, func(el map[string]any) {
			if el["time"] != 0.0 || el["animations"] != nil || el["type"] == "video" || el["type"] == "audio" {
				t.Errorf("%v is a %v that comes at %v with %v", el["name"], el["type"], el["time"], el["animations"])
			}
		})
	}
}

func TestDocument_WithoutAClipThePhotoComesNearer(t *testing.T) {
	r := request()
	r.Clip = ""
	for _, r.Look = range Names() {
		for _, r.Size = range []pipeline.Size{pipeline.Tall, pipeline.Square} {
			main := element(document(t, r), "main_video_layer")
			zoom := main["animations"].([]any)[0].(map[string]any)
			if main["type"] != "image" || main["source"] != r.Photo || zoom["type"] != "scale" ||
				zoom["end_scale"] != "108%" || zoom["duration"] != nil {
				t.Errorf("%s: %v moves by %v", r.Look, main["source"], zoom)
			}
		}
	}
}

func TestDocument_LeavesOutWhatTheRequestLacks(t *testing.T) {
	bare := pipeline.CutRequest{Seconds: 3, Clip: "https://files.example/clip.mp4", Words: pipeline.Words{Menu: "비빔밥"}}
	inEachLook(t, bare, func(t *testing.T, _ pipeline.CutRequest, doc map[string]any) {
		each(doc, func(el map[string]any) {
			name, _ := el["name"].(string)
			for _, p := range []string{"price", "regular", "sticker", "shop", "end_", "logo", "bgm", "option"} {
				if strings.HasPrefix(name, p) {
					t.Errorf("%s is there", name)
				}
			}
		})
	})
}

func TestDocument_OddRequestsAreRefused(t *testing.T) {
	for _, change := range []func(r *pipeline.CutRequest){
		func(r *pipeline.CutRequest) { r.Seconds = 0 },
		func(r *pipeline.CutRequest) { r.Seconds = 1e9 },
		func(r *pipeline.CutRequest) { r.Look = "../clean" },
		func(r *pipeline.CutRequest) { r.Size = "round" },
	} {
		r := request()
		change(&r)
		if _, err := Document(r); err == nil {
			t.Errorf("no error for %+v", r)
		}
	}
}

func TestDefaultLogo_IsASquarePicture(t *testing.T) {
	c, err := png.DecodeConfig(bytes.NewReader(DefaultLogo()))
	if err != nil || c.Width != c.Height || c.Width < 400 {
		t.Errorf("%+v, %v", c, err)
	}
}

func TestDocument_MusicIsPlayedAtItsVolume(t *testing.T) {
	r := request()
	for volume, want := range map[float64]string{0: "100%", 1: "100%", .5: "50%"} {
		r.Volume = volume
		if got := element(document(t, r), "bgm_track")["volume"]; got != want {
			t.Errorf("%g is %v, want %s", volume, got, want)
		}
	}
}

func TestMusic_EveryPieceIsThere(t *testing.T) {
	for _, n := range MusicNames() {
		if b, ok := Music(n); !ok || len(b) < 20_000 || len(b) > 300_000 {
			t.Errorf("%s: %d bytes, %v", n, len(b), ok)
		}
	}
	if _, ok := Music("../clean"); ok {
		t.Error("found music that isn't listed")
	}
}
