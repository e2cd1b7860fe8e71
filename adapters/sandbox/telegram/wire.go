package telegram

// The objects of the Bot API that the stand-in sends, as far as it fills them.

type wireUser struct {
	ID        int64  `json:"id"`
	IsBot     bool   `json:"is_bot"`
	FirstName string `json:"first_name"`
	Username  string `json:"username,omitempty"`
	Language  string `json:"language_code,omitempty"`
}

type wireChat struct {
	ID        int64  `json:"id"`
	Type      string `json:"type"`
	Title     string `json:"title,omitempty"`
	FirstName string `json:"first_name,omitempty"`
	IsForum   bool   `json:"is_forum,omitempty"`
}

// Entity is a part of a text that means something, counted in UTF-16 units.
type Entity struct {
	Type   string `json:"type"`
	Offset int    `json:"offset"`
	Length int    `json:"length"`
}

// wireFile is any kind of file: the kinds differ in which fields they have.
type wireFile struct {
	FileID       string     `json:"file_id"`
	FileUniqueID string     `json:"file_unique_id"`
	Width        *int       `json:"width,omitempty"`
	Height       *int       `json:"height,omitempty"`
	Duration     *int       `json:"duration,omitempty"`
	Thumbnail    *wireFile  `json:"thumbnail,omitempty"`
	Cover        []wireFile `json:"cover,omitempty"`
	FileName     string     `json:"file_name,omitempty"`
	MimeType     string     `json:"mime_type,omitempty"`
	FileSize     int        `json:"file_size,omitempty"`
}

type wireMessage struct {
	MessageID       int       `json:"message_id"`
	ThreadID        int       `json:"message_thread_id,omitempty"`
	IsTopicMessage  bool      `json:"is_topic_message,omitempty"`
	From            *wireUser `json:"from,omitempty"`
	SenderChat      *wireChat `json:"sender_chat,omitempty"`
	Date            int64     `json:"date"`
	Chat            wireChat  `json:"chat"`
	ReplyTo         any       `json:"reply_to_message,omitempty"`
	EditDate        int64     `json:"edit_date,omitempty"`
	MediaGroupID    string    `json:"media_group_id,omitempty"`
	Text            string    `json:"text,omitempty"`
	Entities        []Entity  `json:"entities,omitempty"`
	Caption         string    `json:"caption,omitempty"`
	CaptionEntities []Entity  `json:"caption_entities,omitempty"`

	Photo    []wireFile `json:"photo,omitempty"`
	Document *wireFile  `json:"document,omitempty"`
	Video    *wireFile  `json:"video,omitempty"`

	NewChatMembers  []wireUser `json:"new_chat_members,omitempty"`
	MigrateToChat   int64      `json:"migrate_to_chat_id,omitempty"`
	MigrateFromChat int64      `json:"migrate_from_chat_id,omitempty"`
	TopicCreated    *wireTopic `json:"forum_topic_created,omitempty"`

	ReplyMarkup *wireMarkup `json:"reply_markup,omitempty"`
}

type wireTopic struct {
	Name      string `json:"name"`
	IconColor int    `json:"icon_color"`
}

type wireMarkup struct {
	InlineKeyboard [][]wireButton `json:"inline_keyboard"`
}

type wireButton struct {
	Text         string    `json:"text"`
	URL          string    `json:"url,omitempty"`
	CallbackData string    `json:"callback_data,omitempty"`
	CopyText     *wireCopy `json:"copy_text,omitempty"`
	Style        string    `json:"style,omitempty"`
}

type wireCopy struct {
	Text string `json:"text"`
}

type wirePress struct {
	ID           string   `json:"id"`
	From         wireUser `json:"from"`
	Message      any      `json:"message,omitempty"`
	ChatInstance string   `json:"chat_instance"`
	Data         string   `json:"data"`
}

type wireMember struct {
	Status string   `json:"status"`
	User   wireUser `json:"user"`
}

type wireMemberUpdate struct {
	Chat wireChat   `json:"chat"`
	From wireUser   `json:"from"`
	Date int64      `json:"date"`
	Old  wireMember `json:"old_chat_member"`
	New  wireMember `json:"new_chat_member"`
}

// gone is what stands for a message that the bot can't see any more.
type wireGone struct {
	Chat      wireChat `json:"chat"`
	MessageID int      `json:"message_id"`
	Date      int64    `json:"date"`
}
