package slack

import "encoding/json"

// envelope is what Slack sends of an event: the parts that mean something here, and nothing else, so that
// a new kind of anything can't spoil an order.
type envelope struct {
	Type      string `json:"type"`
	Challenge string `json:"challenge"`
	Team      string `json:"team_id"`
	ID        string `json:"event_id"`
	Time      int64  `json:"event_time"`
	Installed []struct {
		Team  string `json:"team_id"`
		User  string `json:"user_id"`
		IsBot bool   `json:"is_bot"`
	} `json:"authorizations"`
	Event event `json:"event"`
}

// team is the workspace that we are installed in; in a channel that several share the event's own may
// be another one.
func (e *envelope) team() string {
	if len(e.Installed) > 0 && e.Installed[0].Team != "" {
		return e.Installed[0].Team
	}
	return e.Team
}

// self is our own id, when the event says it.
func (e *envelope) self() string {
	if len(e.Installed) > 0 && e.Installed[0].IsBot {
		return e.Installed[0].User
	}
	return ""
}

type event struct {
	message
	Type        string   `json:"type"`
	Channel     string   `json:"channel"`
	ChannelType string   `json:"channel_type"`
	Message     *message `json:"message"`          // message_changed: as it is now
	Previous    *message `json:"previous_message"` // and as it was
	Deleted     string   `json:"deleted_ts"`
	Inviter     string   `json:"inviter"`
	Old         string   `json:"old_channel_id"`
	New         string   `json:"new_channel_id"`
	Tokens      struct {
		Bot []string `json:"bot"`
	} `json:"tokens"`
}

type message struct {
	Subtype string `json:"subtype"`
	User    string `json:"user"`
	Bot     string `json:"bot_id"`
	Team    string `json:"team"`
	// the workspace of the person who wrote it, in channels that several share
	Home   string          `json:"user_team"`
	Text   string          `json:"text"`
	TS     string          `json:"ts"`
	Thread string          `json:"thread_ts"`
	Parent string          `json:"parent_user_id"`
	Edited json.RawMessage `json:"edited"`
	Files  []file          `json:"files"`
}

type file struct {
	ID       string `json:"id"`
	Name     string `json:"name"`
	MIME     string `json:"mimetype"`
	Type     string `json:"filetype"`
	Mode     string `json:"mode"`
	Access   string `json:"file_access"`
	Bytes    int64  `json:"size"`
	External bool   `json:"is_external"`
}

// command is a slash command, from a form or from the socket.
type command struct {
	Text    string `json:"text"`
	Team    string `json:"team_id"`
	Channel string `json:"channel_id"`
	User    string `json:"user_id"`
	Name    string `json:"user_name"`
	Trigger string `json:"trigger_id"`
}

// interaction is a button that was pressed, or a shortcut at a message.
type interaction struct {
	Type     string   `json:"type"`
	Callback string   `json:"callback_id"`
	Trigger  string   `json:"trigger_id"`
	Team     named    `json:"team"`
	User     person   `json:"user"`
	Channel  named    `json:"channel"`
	Message  *message `json:"message"`
	Place    struct {
		Message   string `json:"message_ts"`
		Thread    string `json:"thread_ts"`
		Channel   string `json:"channel_id"`
		Ephemeral bool   `json:"is_ephemeral"`
	} `json:"container"`
	Actions []struct {
		Value string `json:"value"`
		TS    string `json:"action_ts"`
	} `json:"actions"`
}

type named struct {
	ID string `json:"id"`
}

type person struct {
	ID   string `json:"id"`
	Name string `json:"name"`
	Team string `json:"team_id"`
}
