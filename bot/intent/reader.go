package intent

import "github.com/sajangpick/sajangpick/bot/caption"

// Reader reads what people write, each text in each way once: what an update leads to asks the same of it several
// times. The zero Reader has read nothing yet. It isn't to be used by several goroutines at once.
type Reader struct {
	captions map[string]caption.Result
	fixes    map[asking]fix
	commands map[string]heard
}

// asking is a text with whether a fix was asked for: see Fix.
type asking struct {
	text  string
	asked bool
}

type fix struct {
	result caption.Result
	about  bool
}

type heard struct {
	command Command
	ok      bool
}

// once gives what was read of a key before, or reads it now.
func once[K comparable, V any](known *map[K]V, key K, read func() V) V {
	if v, ok := (*known)[key]; ok {
		return v
	}
	v := read()
	if *known == nil {
		*known = map[K]V{}
	}
	(*known)[key] = v
	return v
}

// Caption reads a text as what stands below a photo. What it gives is shared: its choices aren't to be written to.
func (rd *Reader) Caption(text string) caption.Result {
	return once(&rd.captions, text, func() caption.Result { return caption.Parse(text) })
}

// Understand reads a line. One that isn't enough by itself is read together with what was said before it.
func (rd *Reader) Understand(earlier, text string) caption.Result {
	c := rd.Caption(text)
	if c.Outcome != caption.OK && earlier != "" {
		c = rd.Caption(Joined(earlier, text))
	}
	return c
}

// Fix reads what a person wants to be otherwise on a short, and reports whether that is what the text is about at all.
// OK is dish and price, NeedMenu a price alone, NeedPrice without Read a dish alone; anything else is to be asked back.
// A dish alone needs its label, unless it was asked for.
func (rd *Reader) Fix(text string, asked bool) (caption.Result, bool) {
	f := once(&rd.fixes, asking{text, asked}, func() fix {
		result, about := rd.readFix(text, asked)
		return fix{result, about}
	})
	return f.result, f.about
}

// Command finds the command that a text is, if it is one.
func (rd *Reader) Command(text string) (Command, bool) {
	s := once(&rd.commands, text, func() heard {
		c, ok := rd.readCommand(text)
		return heard{c, ok}
	})
	return s.command, s.ok
}
