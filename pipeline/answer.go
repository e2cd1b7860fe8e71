package pipeline

import (
	"slices"
	"time"
)

const (
	answerWithin = 24 * time.Hour // then a question about a photo isn't answered any more
	answerCheck  = time.Hour      // an order that waits for its answer is looked at so often
)

// AwaitsAnswer reports whether an order waits for its person to say whether its photo is to be used as it is. Nothing
// is bought before they do.
func (o Order) AwaitsAnswer() bool {
	return o.Status == Open && o.Step == Animate && o.Phase == Ready && slices.Contains(askedAbout, o.Reason)
}

var askedAbout = []Reason{ReasonAskDark, ReasonAskBlurred, ReasonAskTiny, ReasonAskLettering, ReasonAskNoDish}

// askAboutPhoto lets an order whose photo is prepared wait for its person.
func askAboutPhoto(o Order) (Order, *Move) {
	now := time.Now()
	o.Step, o.Phase, o.Since, o.Due = Animate, Ready, now, now.Add(answerCheck)
	o.Attempt, o.Progress, o.Call, o.Remote, o.Trouble = 0, 0, "", "", Trouble{}
	o.Reason = o.Framing.Doubt
	return o, &Move{Wakeup: true, Notify: true, Note: "photo prepared; its person is asked: " + string(o.Reason)}
}

// photoQuestionExpired gives an order up whose question has been open for too long. Until then there is no
// move, and only the time changes at which it is looked at.
func photoQuestionExpired(o Order) (Order, *Move) {
	now := time.Now()
	if now.Sub(o.Since) < answerWithin {
		o.Due = now.Add(answerCheck)
		return o, nil
	}
	o.Status, o.Reason = Cancelled, ReasonNone
	return o, &Move{Notify: true, Note: "cancelled: the question about its photo was not answered"}
}

// UseAnyway lets an order go on with the photo that its person was asked about. ErrNoChange when they weren't.
func UseAnyway(o Order) (Order, Move, error) {
	if !o.AwaitsAnswer() {
		return o, Move{}, ErrNoChange
	}
	now := time.Now()
	o.Since, o.Due, o.Reason, o.Framing.Anyway = now, now, ReasonNone, true
	return o, Move{Wakeup: true, Notify: true, Note: "its person wants the photo as it is"}, nil
}
