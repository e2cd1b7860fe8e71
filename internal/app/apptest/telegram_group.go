package apptest

// Kitchen is a group of the owner's with the bot in it, which sees what is addressed to it.
func (k *Talk) Kitchen() *Talk {
	return k.In(k.World.People.Group("주방", k.Owner).AddBot())
}
