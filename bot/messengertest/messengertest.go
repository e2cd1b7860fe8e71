// Package messengertest holds messengers to the promises of bot.Messenger, and has one that lives in
// memory, for tests of what stands on top.
package messengertest

import (
	"bytes"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/pipeline"
)

// World is a messenger with the other side of it: a chat, and a person in it.
type World interface {
	Messenger() bot.Messenger
	// Other is another chat of the same messenger, and another person in it.
	Other(t *testing.T) World
	// Thread is the chat with a message that the person has just written.
	Thread(t *testing.T) pipeline.Thread
	// Snap is a picture that the person has just sent.
	Snap(t *testing.T, data []byte) pipeline.Photo
	// Press presses the button of a message that does action, and returns the press's name.
	Press(t *testing.T, message, action string) (notice string)
	// Notice is what the person saw after a press.
	Notice(t *testing.T, notice string) string
	// See is what a message looks like now. false: it isn't there.
	See(t *testing.T, message string) (Seen, bool)
	// Delete takes a message out of the chat, the person's or ours.
	Delete(t *testing.T, message string)
	// Block makes the person want nothing from us any more.
	Block(t *testing.T)
	// Rename gives the chat a new id; "" where chats keep theirs.
	Rename(t *testing.T) (id string)
}

// Plain is a World whose platform has less than others: nothing is copied by a button, a video is looked
// at by the platform itself, and an answer stands in the thread that its Topic names.
type Plain interface{ Plain() }

// Seen is a message as the person sees it.
type Seen struct {
	Text     string
	Buttons  [][]bot.Button
	ReplyTo  string
	Video    []byte
	Picture  []byte // as the platform shows it, which may be smaller
	W, H     int
	Duration time.Duration
	Thumb    []byte
}

// Run holds a messenger to its promises. short is a playing MP4, and thumb a small JPEG.
func Run(t *testing.T, open func(t *testing.T) World, short, thumb []byte) {
	for name, test := range map[string]func(*testing.T, World){
		"AMessageIsShownAsItIs":                     shownAsItIs,
		"AnEditReplacesTextAndButtons":              editReplaces,
		"AnUnchangedEditIsNoError":                  unchangedEdit,
		"AnEditOfWhatIsGoneSaysSo":                  editOfGone,
		"AReplyToWhatIsGoneArrivesAllTheSame":       replyToGone,
		"APressIsAnswered":                          pressIsAnswered,
		"APhotoComesAsItWasSent":                    photoComes,
		"APhotoThatNobodyHasIsGone":                 photoGone,
		"AChatThatWantsNothingIsRejected":           blocked,
		"AChatWithANewNameSaysWhich":                renamed,
		"AnEditLeavesOtherThreadsAndChatsAsTheyAre": editLeavesOthers,
		"APressIsAnsweredToWhoeverPressed":          pressOfEach,
		"AChatThatIsBlockedStopsNoOther":            blockedAlone,
		"ANewNameIsThatOfOneChat":                   renamedAlone,
		"AVideoComesToItsOwnChatAlone":              func(t *testing.T, w World) { videoAlone(t, w, short) },
		"AVideoPlaysWithItsTextAndChoices":          func(t *testing.T, w World) { videoPlays(t, w, short, thumb) },
		"AVideoIsSentAgainByItsReceipt":             func(t *testing.T, w World) { videoAgain(t, w, short) },
		"AVideoWhoseCopyIsLostIsUploadedOnceMore":   func(t *testing.T, w World) { videoCopyLost(t, w, short) },
		"AVideoCanGoToWhoeverDeletedThePhoto":       func(t *testing.T, w World) { videoToGone(t, w, short) },
		"APictureIsSeenWithItsTextAndChoices":       func(t *testing.T, w World) { pictureSeen(t, w, thumb) },
		"APictureIsSentAgainByItsReceipt":           func(t *testing.T, w World) { pictureAgain(t, w, thumb) },
		"APictureWhoseCopyIsLostIsUploadedAgain":    func(t *testing.T, w World) { pictureCopyLost(t, w, thumb) },
	} {
		t.Run(name, func(t *testing.T) { test(t, open(t)) })
	}
}

// hostile would be markup somewhere.
const hostile = "<b>새우</b> & *파스타* _18,000원_ [x](http://y) `z` /start {menu}"

var rows = [][]bot.Button{
	{{Label: "취소", Action: "cancel:7", Style: bot.Danger}, {Label: "다른 느낌", Action: "look:7"}},
	{{Label: "다시 만들기", Action: "again:7", Style: bot.Primary}},
	{{Label: "글 복사", Copy: "새우 파스타 18,000원"}},
}

// shown are the buttons that a platform has.
func shown(w World, all [][]bot.Button) [][]bot.Button {
	if _, plain := w.(Plain); !plain {
		return all
	}
	var left [][]bot.Button
	for _, row := range all {
		row = slices.DeleteFunc(slices.Clone(row), func(b bot.Button) bool { return b.Copy != "" })
		if len(row) > 0 {
			left = append(left, row)
		}
	}
	return left
}

// above is what a message in a thread answers.
func above(w World, t pipeline.Thread) string {
	if _, plain := w.(Plain); plain {
		return t.Topic
	}
	return t.Message
}

func send(t *testing.T, w World, m bot.Message) string {
	t.Helper()
	name, err := w.Messenger().Send(t.Context(), m)
	if err != nil {
		t.Fatal(err)
	}
	if name == "" || strings.Contains(name, " ") {
		t.Fatalf("a message is called %q", name)
	}
	return name
}

func see(t *testing.T, w World, message string) Seen {
	t.Helper()
	s, ok := w.See(t, message)
	if !ok {
		t.Fatalf("message %s isn't there", message)
	}
	return s
}

func (s Seen) check(t *testing.T, text string, buttons [][]bot.Button, replyTo string) {
	t.Helper()
	if s.Text != text || s.ReplyTo != replyTo {
		t.Errorf("it says %q to %q, want %q to %q", s.Text, s.ReplyTo, text, replyTo)
	}
	if len(s.Buttons) != len(buttons) {
		t.Fatalf("it has the buttons %v, want %v", s.Buttons, buttons)
	}
	for i, row := range buttons {
		for j, b := range row {
			if len(s.Buttons[i]) != len(row) || s.Buttons[i][j] != b {
				t.Errorf("row %d is %v, want %v", i, s.Buttons[i], row)
			}
		}
	}
}

func shownAsItIs(t *testing.T, w World) {
	thread := w.Thread(t)
	link := [][]bot.Button{{{Label: "영상 보기", Link: "https://example.com/watch/7"}}}
	for _, b := range [][][]bot.Button{nil, rows, link} {
		name := send(t, w, bot.Message{Thread: thread, Text: hostile, Buttons: b})
		see(t, w, name).check(t, hostile, shown(w, b), above(w, thread))
	}
	alone := thread
	alone.Message = ""
	see(t, w, send(t, w, bot.Message{Thread: alone, Text: "하나\n둘", Ask: true})).check(t, "하나\n둘", nil, above(w, alone))
}

func editReplaces(t *testing.T, w World) {
	m := bot.Message{Thread: w.Thread(t), Text: "하나", Buttons: rows}
	name := send(t, w, m)
	for _, b := range [][][]bot.Button{rows[1:], nil} {
		m.Text, m.Buttons = hostile, b
		if err := w.Messenger().Edit(t.Context(), name, m); err != nil {
			t.Fatal(err)
		}
		see(t, w, name).check(t, hostile, shown(w, b), above(w, m.Thread))
	}
}

func unchangedEdit(t *testing.T, w World) {
	m := bot.Message{Thread: w.Thread(t), Text: "하나", Buttons: rows}
	name := send(t, w, m)
	for range 2 {
		if err := w.Messenger().Edit(t.Context(), name, m); err != nil {
			t.Error(err)
		}
	}
}

func editOfGone(t *testing.T, w World) {
	m := bot.Message{Thread: w.Thread(t), Text: "하나"}
	name := send(t, w, m)
	w.Delete(t, name)
	m.Text = "둘"
	if err := w.Messenger().Edit(t.Context(), name, m); !errors.Is(err, bot.ErrGone) {
		t.Errorf("got %v", err)
	}
}

func replyToGone(t *testing.T, w World) {
	thread := w.Thread(t)
	w.Delete(t, thread.Message)
	name := send(t, w, bot.Message{Thread: thread, Text: "하나"})
	if s := see(t, w, name); s.Text != "하나" {
		t.Errorf("it says %q", s.Text)
	}
}

func pressIsAnswered(t *testing.T, w World) {
	name := send(t, w, bot.Message{Thread: w.Thread(t), Text: "하나", Buttons: rows})
	for _, alert := range []bool{false, true} {
		notice := w.Press(t, name, "cancel:7")
		if err := w.Messenger().Answer(t.Context(), notice, "취소했어요.", alert); err != nil {
			t.Fatal(err)
		}
		if got := w.Notice(t, notice); got != "취소했어요." {
			t.Errorf("the person saw %q", got)
		}
	}
	if err := w.Messenger().Answer(t.Context(), "987654321", "늦었어요.", false); err != nil {
		t.Errorf("an answer that comes too late: %v", err)
	}
}

func photoComes(t *testing.T, w World) {
	want := bytes.Repeat([]byte("\xff\xd8\xff새우"), 1000)
	p := w.Snap(t, want)
	for range 2 {
		r, err := w.Messenger().Photo(t.Context(), p)
		if err != nil {
			t.Fatal(err)
		}
		got, err := io.ReadAll(r)
		if err := errors.Join(err, r.Close()); err != nil || !bytes.Equal(got, want) {
			t.Errorf("%d bytes of %d, %v", len(got), len(want), err)
		}
	}
}

func photoGone(t *testing.T, w World) {
	_, err := w.Messenger().Photo(t.Context(), pipeline.Photo{Ref: "nobody-has-it"})
	f := pipeline.AsFault(err)
	if ends := f.Kind == pipeline.Rejected || f.Kind == pipeline.Transient && f.MaxAttempts > 0; !ends ||
		f.Reason != pipeline.ReasonPhotoGone {
		t.Errorf("got %v", err)
	}
}

func blocked(t *testing.T, w World) {
	m := bot.Message{Thread: w.Thread(t), Text: "하나"}
	w.Block(t)
	_, err := w.Messenger().Send(t.Context(), m)
	if f := pipeline.AsFault(err); err == nil || f.Kind != pipeline.Rejected || f.Reason != pipeline.ReasonCantDeliver {
		t.Errorf("got %v", err)
	}
}

func renamed(t *testing.T, w World) {
	m := bot.Message{Thread: w.Thread(t), Text: "하나"}
	to := w.Rename(t)
	if to == "" { // chats keep their ids here
		send(t, w, m)
		return
	}
	_, err := w.Messenger().Send(t.Context(), m)
	var r *bot.RenamedChat
	if !errors.As(err, &r) || r.To != to {
		t.Fatalf("got %v, want %s", err, to)
	}
	m.Thread.Chat = to
	send(t, w, m)
}
