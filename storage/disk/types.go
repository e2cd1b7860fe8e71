package disk

import (
	"fmt"
	"io/fs"
	"mime"
	"path"
)

const unknownType = "application/octet-stream"

// typeOf is the content type that a key's ending says. Nothing that a browser would run is on the list.
func typeOf(key string) string {
	switch path.Ext(key) {
	case ".jpg", ".jpeg":
		return "image/jpeg"
	case ".png":
		return "image/png"
	case ".webp":
		return "image/webp"
	case ".gif":
		return "image/gif"
	case ".mp4":
		return "video/mp4"
	case ".mov":
		return "video/quicktime"
	case ".webm":
		return "video/webm"
	case ".mp3":
		return "audio/mpeg"
	case ".m4a":
		return "audio/mp4"
	case ".wav":
		return "audio/wav"
	case ".ogg":
		return "audio/ogg"
	case ".json":
		return "application/json"
	case ".txt":
		return "text/plain; charset=utf-8"
	}
	return unknownType
}

// checkType refuses what would come back as something else than it was put in as.
func checkType(key, contentType string) error {
	want, _, _ := mime.ParseMediaType(typeOf(key))
	got, _, err := mime.ParseMediaType(contentType)
	if err != nil || got != want {
		return fmt.Errorf("disk: put %s as %q: its ending says %s: %w", key, contentType, want, fs.ErrInvalid)
	}
	return nil
}
