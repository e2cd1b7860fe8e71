package slack

// What the app asks of Slack. docs/slack-manifest.json asks for the same: a test holds the two together,
// and the stand-in gives no more than that to the tests of the whole program.

// Command is the one slash command: Slack has no namespaces for them, and keeps some to itself.
const Command = "/sajangpick"

// Shortcut is the name of the entry in a message's menu that makes a short of it.
const Shortcut = "make_short"

// Scopes are what the bot may do.
func Scopes() []string {
	return []string{
		"app_mentions:read",                                                // to be spoken to
		"channels:history", "groups:history", "im:history", "mpim:history", // what is posted where we are
		"channels:read", "groups:read", // that we were let into a channel
		"chat:write",
		"commands", // the slash command and the shortcut
		"files:read", "files:write",
		"im:write", // to write to the person when a channel doesn't take it
		"reactions:write",
		"users:read", // who runs the workspace, when a channel wants its shop deleted
	}
}

// Events are what Slack tells us of.
func Events() []string {
	return []string{
		"app_home_opened", "app_mention", "app_uninstalled", "channel_id_changed", "channel_left", "group_left",
		"member_joined_channel", "message.channels", "message.groups", "message.im", "message.mpim", "tokens_revoked",
	}
}
