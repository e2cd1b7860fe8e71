package telegram

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	tg "github.com/go-telegram/bot"
	"github.com/go-telegram/bot/models"
	"github.com/sajangpick/sajangpick/bot"
	"github.com/sajangpick/sajangpick/bot/present"
	"github.com/sajangpick/sajangpick/internal/httpx"
	"github.com/sajangpick/sajangpick/pipeline"
)

// How many characters Telegram takes, counted as UTF-16.
const (
	maxMessage = 4096
	maxCaption = 1024
	maxNotice  = 200
)

// What Telegram says of the place that a message was meant for. In topics it says so even when a reply
// may go without.
var (
	noReply   = []string{"replied not found", "reply message not found"}
	noTopic   = []string{"message thread not found", "topic_closed", "topic_deleted", "topic_id_invalid"}
	unchanged = []string{"message is not modified"}
	gone      = []string{
		"message to edit not found", "message can't be edited", "message_id_invalid", "no text in the message to edit",
	}
	tooLate = []string{"query is too old", "query_id_invalid", "query id is invalid"}
)

// place is where something is sent.
type place struct {
	chat  string
	topic int
	reply *models.ReplyParameters
}

func where(t pipeline.Thread) place {
	p := place{chat: t.Chat}
	p.topic, _ = strconv.Atoi(t.Topic) // 0: no topic
	if id := number(t.Message); id != 0 {
		p.reply = &models.ReplyParameters{MessageID: id, AllowSendingWithoutReply: true}
	}
	return p
}

// number is a message's id in Telegram's own form; a receipt begins with it. 0: there is none.
func number(message string) int {
	id, _, _ := strings.Cut(message, " ")
	n, _ := strconv.Atoi(id)
	return max(n, 0)
}

// sender writes into chats, within their limits.
type sender struct{ *conn }

// there calls send for a place, and again without the parts of it that are gone.
func (s sender) there(ctx context.Context, method string, first bot.Priority, p place, send func(place) error) error {
	if err := s.pace.Take(ctx, p.chat, int(first)); err != nil {
		return err
	}
	err := send(p)
	if p.reply != nil && refuses(err, noReply...) {
		p.reply = nil
		err = send(p)
	}
	if p.topic != 0 && refuses(err, noTopic...) {
		p.topic, p.reply = 0, nil
		err = send(p)
	}
	return s.fault(p.chat, method, once, err)
}

// Send is part of bot.Messenger.
func (s sender) Send(ctx context.Context, m bot.Message) (string, error) {
	var sent *models.Message
	err := s.there(ctx, "sendMessage", m.Priority, where(m.Thread), func(p place) (err error) {
		sent, err = s.api.SendMessage(ctx, &tg.SendMessageParams{
			ChatID: p.chat, MessageThreadID: p.topic, ReplyParameters: p.reply,
			Text:               present.TruncateUTF16(m.Text, maxMessage),
			LinkPreviewOptions: &models.LinkPreviewOptions{IsDisabled: tg.True()}, ReplyMarkup: below(m),
		})
		return err
	})
	if err != nil {
		return "", err
	}
	return strconv.Itoa(sent.ID), nil
}

// Edit is part of bot.Messenger. The text of a video can't be replaced by a message: it is ErrGone.
func (s sender) Edit(ctx context.Context, message string, m bot.Message) error {
	at := number(message)
	if at == 0 { // Telegram has never said what it is called
		return isGone()
	}
	if err := s.pace.Take(ctx, m.Thread.Chat, int(m.Priority)); err != nil {
		return err
	}
	p := &tg.EditMessageTextParams{
		ChatID: m.Thread.Chat, MessageID: at, Text: present.TruncateUTF16(m.Text, maxMessage),
		LinkPreviewOptions: &models.LinkPreviewOptions{IsDisabled: tg.True()},
	}
	if len(m.Buttons) > 0 {
		p.ReplyMarkup = keyboard(m.Buttons)
	}
	_, err := s.api.EditMessageText(ctx, p)
	switch {
	case refuses(err, unchanged...):
		return nil
	case refuses(err, gone...):
		return isGone()
	}
	return s.fault(m.Thread.Chat, "editMessageText", repeatable, err)
}

func isGone() error { return httpx.Undeliverable(fmt.Errorf("telegram: edit: %w", bot.ErrGone)) }

// Answer is part of bot.Messenger.
func (s sender) Answer(ctx context.Context, notice, text string, alert bool) error {
	_, err := s.api.AnswerCallbackQuery(ctx, &tg.AnswerCallbackQueryParams{
		CallbackQueryID: notice, Text: present.TruncateUTF16(text, maxNotice), ShowAlert: alert,
	})
	if refuses(err, tooLate...) {
		return nil
	}
	return s.fault("", "answerCallbackQuery", repeatable, err)
}

// below is what stands under a message: its buttons, or a field that is open for the answer.
func below(m bot.Message) models.ReplyMarkup {
	switch {
	case len(m.Buttons) > 0:
		return keyboard(m.Buttons)
	case m.Ask:
		return &models.ForceReply{ForceReply: true, Selective: true}
	}
	return nil
}

func keyboard(rows [][]bot.Button) *models.InlineKeyboardMarkup {
	k := &models.InlineKeyboardMarkup{InlineKeyboard: make([][]models.InlineKeyboardButton, len(rows))}
	for i, row := range rows {
		for _, b := range row {
			x := models.InlineKeyboardButton{Text: b.Label, CallbackData: b.Action, URL: b.Link, Style: string(b.Style)}
			if b.Copy != "" {
				x.CopyText = &models.CopyTextButton{Text: b.Copy}
			}
			k.InlineKeyboard[i] = append(k.InlineKeyboard[i], x)
		}
	}
	return k
}
