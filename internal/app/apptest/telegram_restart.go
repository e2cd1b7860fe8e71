package apptest

// Restarted puts another process in the place of the talk's, which is gone.
func (k *Talk) Restarted() {
	k.Process = k.World.Start(Talkative(), nil)
	k.T.Cleanup(k.Process.Stop)
}

func Polled(w *World) { w.Settings["TELEGRAM_MODE"] = "polling" }
