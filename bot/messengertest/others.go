package messengertest

import (
	"errors"
	"testing"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/pipeline"
)

// standing is a message of ours in a thread.
type standing struct {
	World
	message string
	said    bot.Message
}

// stand sends a message below one that a person has just written.
func stand(t *testing.T, w World) *standing {
	t.Helper()
	m := bot.Message{Thread: w.Thread(t), Text: "하나", Buttons: rows}
	return &standing{w, send(t, w, m), m}
}

// looks fails unless the message looks as it was said last.
func (s *standing) looks(t *testing.T) {
	t.Helper()
	see(t, s, s.message).check(t, s.said.Text, shown(s.World, s.said.Buttons), above(s.World, s.said.Thread))
}

func (s *standing) edit(t *testing.T, text string, buttons [][]bot.Button) error {
	t.Helper()
	m := s.said
	m.Text, m.Buttons = text, buttons
	err := s.Messenger().Edit(t.Context(), s.message, m)
	if err == nil {
		s.said = m
	}
	return err
}

// two are messages in two threads of a chat, and in another chat.
func two(t *testing.T, w World) (first, second, elsewhere *standing) {
	t.Helper()
	return stand(t, w), stand(t, w), stand(t, w.Other(t))
}

func editLeavesOthers(t *testing.T, w World) {
	first, second, elsewhere := two(t, w)
	all := []*standing{first, second, elsewhere}
	for i, s := range all {
		if err := s.edit(t, hostile, rows[i:]); err != nil {
			t.Fatal(err)
		}
		for _, s := range all {
			s.looks(t)
		}
	}
	second.Delete(t, second.message)
	if err := second.edit(t, "둘", nil); !errors.Is(err, bot.ErrGone) {
		t.Errorf("an edit of what is gone: %v", err)
	}
	first.looks(t)
	elsewhere.looks(t)
}

func pressOfEach(t *testing.T, w World) {
	first, _, elsewhere := two(t, w)
	all := []*standing{first, elsewhere}
	var notices []string
	for _, s := range all {
		notices = append(notices, s.Press(t, s.message, "cancel:7"))
	}
	texts := []string{"취소했어요.", "벌써 다 만들었어요."}
	for i := range all {
		if err := w.Messenger().Answer(t.Context(), notices[i], texts[i], false); err != nil {
			t.Fatal(err)
		}
	}
	for i, s := range all {
		if got := s.Notice(t, notices[i]); got != texts[i] {
			t.Errorf("person %d saw %q, want %q", i+1, got, texts[i])
		}
		s.looks(t)
	}
}

func videoAlone(t *testing.T, w World, short []byte) {
	first, second, elsewhere := two(t, w)
	v := film(t, w, short)
	message, file := show(t, w, v)
	see(t, w, message).check(t, hostile, shown(w, rows), above(w, v.Thread))
	for _, s := range []*standing{first, second, elsewhere} {
		s.looks(t)
	}
	if s, ok := elsewhere.See(t, message); ok && len(s.Video) > 0 {
		t.Error("it is in the other chat as well")
	}
	again := film(t, elsewhere.World, short)
	again.File, again.Text = file, "다시"
	copied, _ := show(t, w, again)
	if s := see(t, elsewhere, copied); s.Text != "다시" || len(s.Video) != len(short) {
		t.Errorf("the other chat has %q with %d bytes of %d", s.Text, len(s.Video), len(short))
	}
	see(t, w, message).check(t, hostile, shown(w, rows), above(w, v.Thread))
}

func blockedAlone(t *testing.T, w World) {
	first, _, elsewhere := two(t, w)
	w.Block(t)
	err := first.edit(t, "둘", nil)
	if f := pipeline.AsFault(err); err == nil || f.Kind != pipeline.Rejected {
		t.Errorf("an edit where we are blocked: %v", err)
	}
	goesOn(t, elsewhere)
}

func renamedAlone(t *testing.T, w World) {
	first, _, elsewhere := two(t, w)
	to := w.Rename(t)
	if _, err := w.Messenger().Send(t.Context(), first.said); to != "" && !errors.As(err, new(*bot.RenamedChat)) {
		t.Errorf("got %v, want %s", err, to)
	}
	goesOn(t, elsewhere)
}

// goesOn fails unless a chat is as it was, and takes messages and edits.
func goesOn(t *testing.T, s *standing) {
	t.Helper()
	s.looks(t)
	if err := s.edit(t, "둘", rows[1:]); err != nil {
		t.Error(err)
	}
	s.looks(t)
	send(t, s, s.said)
}
