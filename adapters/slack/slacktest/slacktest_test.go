package slacktest

import (
	"bytes"
	"strings"
	"testing"
)

func TestSlacktest_APhotoGoesInAndAVideoComesOut(t *testing.T) {
	sl, b := play(t, Options{})
	staff, ch := b.place()
	jpeg := picture(900, 1200)
	dish := ch.Post("새우 & 파스타 18,000원", Photo(jpeg))

	in := b.events()
	m := in[len(in)-1].Event
	if m["subtype"] != "file_share" || m["text"] != "새우 &amp; 파스타 18,000원" || m["user"] != staff.ID ||
		m["ts"] != dish.TS {
		t.Fatalf("got %v", m)
	}
	f := m["files"].([]any)[0].(map[string]any)
	resp, data := b.get(f["url_private_download"].(string), b.ws.Token())
	if !bytes.Equal(data, jpeg) || resp.Header.Get("Content-Type") != "image/jpeg" {
		t.Errorf("downloaded %d bytes of %s", len(data), resp.Header.Get("Content-Type"))
	}

	at := map[string]any{"channel": ch.ID(), "thread_ts": dish.TS}
	line := b.call("chat.postMessage", with(at, "text", "접수했어요", "blocks", buttons("취소", "cancel:1"))).ok(t)
	b.call("chat.update", with(at, "ts", line.text("ts"), "text", "만드는 중이에요")).ok(t)
	b.call("reactions.add", map[string]any{"channel": ch.ID(), "timestamp": dish.TS, "name": "eyes"}).ok(t)
	id := b.upload("short.mp4", "film")
	b.call("files.completeUploadExternal", map[string]any{
		"files": []any{map[string]any{"id": id, "title": "새우 파스타"}}, "channel_id": ch.ID(), "thread_ts": dish.TS,
		"initial_comment": "다 됐어요",
	}).ok(t)

	all, err := dish.Wait(limit, func(thread []Message) bool { return len(thread) == 3 })
	if err != nil {
		t.Fatal(err)
	}
	if m := all[0]; m.Lost || strings.Join(m.Reactions, " ") != "eyes" {
		t.Errorf("post: %+v", m)
	}
	if m := all[1]; m.Text != "만드는 중이에요" || m.Edits != 1 || m.Buttons[0][0].Value != "cancel:1" {
		t.Errorf("line: %+v", m)
	}
	v := all[2]
	if v.Text != "다 됐어요" || v.Files[0].Title != "새우 파스타" || string(sl.Bytes(v.Files[0].ID)) != "film" {
		t.Errorf("video: %+v", v)
	}
	info := b.call("files.info", map[string]any{"file": id}).ok(t)["file"].(map[string]any)
	share := info["shares"].(map[string]any)["public"].(map[string]any)[ch.ID()].([]any)[0].(map[string]any)
	if share["ts"] != v.TS || share["thread_ts"] != dish.TS {
		t.Errorf("shared as %v", share)
	}
	echo := b.events()
	last := echo[len(echo)-1].Event
	if last["subtype"] != "file_share" || last["user"] != b.ws.Bot() || last["bot_id"] != nil {
		t.Errorf("our own video comes back as %v", last)
	}
}

// with is args and some more.
func with(args map[string]any, more ...any) map[string]any {
	all := map[string]any{}
	for k, v := range args {
		all[k] = v
	}
	for i := 0; i < len(more); i += 2 {
		all[more[i].(string)] = more[i+1]
	}
	return all
}

// buttons are blocks: a line, and buttons given as labels and values.
func buttons(all ...string) []any {
	var row []any
	for i := 0; i < len(all); i += 2 {
		row = append(row, map[string]any{
			"type": "button", "action_id": all[i+1], "value": all[i+1],
			"text": map[string]any{"type": "plain_text", "text": all[i]},
		})
	}
	return []any{
		map[string]any{"type": "section", "text": map[string]any{"type": "mrkdwn", "text": "접수했어요"}},
		map[string]any{"type": "actions", "block_id": "a", "elements": row},
	}
}
