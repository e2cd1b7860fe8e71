package bottest

// Unsaid counts the messages that wait to be sent to a chat.
func (t *Talk) Unsaid(chat string) int {
	t.Helper()
	return t.Chat(chat).Waiting
}
