package bottest

// Pending counts the messages that wait to be sent to a chat.
func (t *Talk) Pending(chat string) int {
	t.Helper()
	return t.Chat(chat).Waiting
}
