package telegram

// incoming is an update as Telegram sends it: the parts that mean something here, and nothing else, so
// that a new kind of anything can't spoil an order.
type incoming struct {
	ID       int64       `json:"update_id"`
	Message  *message    `json:"message"`
	Edited   *message    `json:"edited_message"`
	Pressed  *press      `json:"callback_query"`
	Standing *membership `json:"my_chat_member"` // what we may do in a chat has changed
}

// kinds are the updates that we ask for.
var kinds = []string{"message", "edited_message", "callback_query", "my_chat_member"}

type message struct {
	ID          int64    `json:"message_id"`
	Thread      int64    `json:"message_thread_id"`
	InTopic     bool     `json:"is_topic_message"` // Thread names a topic; else it only counts replies
	From        *user    `json:"from"`
	Sender      *chat    `json:"sender_chat"` // written in the name of a chat
	Date        int64    `json:"date"`
	EditDate    int64    `json:"edit_date"`
	Chat        chat     `json:"chat"`
	AutoForward bool     `json:"is_automatic_forward"` // a channel's post in its group
	Reply       *message `json:"reply_to_message"`
	External    *media   `json:"external_reply"` // of a message in another chat
	Album       string   `json:"media_group_id"`
	MovedTo     int64    `json:"migrate_to_chat_id"`
	TopicBegins *thing   `json:"forum_topic_created"`

	Text            string   `json:"text"`
	Entities        []entity `json:"entities"`
	Caption         string   `json:"caption"`
	CaptionEntities []entity `json:"caption_entities"`

	media
	Audio     *thing `json:"audio"`
	Checklist *thing `json:"checklist"`
	Contact   *thing `json:"contact"`
	Dice      *thing `json:"dice"`
	Game      *thing `json:"game"`
	Location  *thing `json:"location"`
	PaidMedia *thing `json:"paid_media"`
	Poll      *thing `json:"poll"`
	Sticker   *thing `json:"sticker"`
	Story     *thing `json:"story"`
	Video     *thing `json:"video"`
	VideoNote *thing `json:"video_note"`
	Voice     *thing `json:"voice"`
}

// media is what may be a picture.
type media struct {
	Photo     []size     `json:"photo"`
	LivePhoto *livePhoto `json:"live_photo"` // of a message in this chat, photo is there as well
	Document  *document  `json:"document"`
	Animation *thing     `json:"animation"` // has a document beside it
}

// livePhoto is a short film with the photo that it begins with. Its own file is the film.
type livePhoto struct {
	Photo []size `json:"photo"`
}

// thing is something that is only there or not.
type thing struct{}

type user struct {
	ID    int64  `json:"id"`
	IsBot bool   `json:"is_bot"`
	First string `json:"first_name"`
	Last  string `json:"last_name"`
	Lang  string `json:"language_code"`
}

type chat struct {
	ID   int64  `json:"id"`
	Type string `json:"type"`
	// DMs is a channel's mailbox. It looks like a group and isn't one.
	DMs bool `json:"is_direct_messages"`
}

// entity marks a stretch of a text, counted in UTF-16.
type entity struct {
	Type   string `json:"type"`
	Offset int    `json:"offset"`
	Length int    `json:"length"`
	User   *user  `json:"user"`
}

type size struct {
	ID     string `json:"file_id"`
	Unique string `json:"file_unique_id"`
	Width  int64  `json:"width"`
	Height int64  `json:"height"`
	Bytes  int64  `json:"file_size"`
}

type document struct {
	ID     string `json:"file_id"`
	Unique string `json:"file_unique_id"`
	Name   string `json:"file_name"`
	MIME   string `json:"mime_type"`
	Bytes  int64  `json:"file_size"`
}

// press is a button that was pressed. Of a message that is too old only chat and id are left.
type press struct {
	ID      string   `json:"id"`
	From    *user    `json:"from"`
	Message *message `json:"message"`
	Data    string   `json:"data"`
}

type membership struct {
	Chat chat   `json:"chat"`
	From *user  `json:"from"`
	Date int64  `json:"date"`
	Old  member `json:"old_chat_member"`
	New  member `json:"new_chat_member"`
}

type member struct {
	Status string `json:"status"`
	Inside bool   `json:"is_member"` // of a restricted member
}

// in reports whether we may write to the chat.
func (m member) in() bool {
	switch m.Status {
	case "member", "administrator", "creator":
		return true
	case "restricted":
		return m.Inside
	}
	return false
}

func (m member) admin() bool { return m.Status == "administrator" || m.Status == "creator" }
