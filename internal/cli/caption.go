package cli

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"strings"

	"github.com/sajangpick/sajangpick/bot/caption"
	"github.com/sajangpick/sajangpick/pipeline"
	"github.com/sajangpick/sajangpick/pipeline/prompt"
)

// understood is what the command `caption` says of one caption.
type understood struct {
	Caption   string            `json:"caption"`
	Outcome   string            `json:"outcome"`
	Menu      string            `json:"menu"`
	Won       int               `json:"won"`
	PriceText string            `json:"price_text"`
	Regular   int               `json:"regular_won,omitempty"`
	Sure      bool              `json:"sure"` // false: the bot shows what it read and asks before anything is bought
	Options   []pipeline.Option `json:"options,omitempty"`
	Motion    string            `json:"motion"`
	Steam     bool              `json:"steam"`
}

// maxCaption is more than any chat lets a person write, in bytes.
const maxCaption = 64 << 10

// captions is the command `caption`.
func captions(ctx context.Context, t Terminal) error {
	f := flags(t, "caption [TEXT …]", "Says what the bot would understand of each TEXT, and whether it is sure of "+
		"it: one JSON object a line. Without TEXT it reads\nlines from standard input, each a plain text or a JSON "+
		"string (which may hold line breaks).")
	if err := f.Parse(t.Args); errors.Is(err, flag.ErrHelp) {
		return err
	} else if err != nil {
		return errUsage
	}
	enc := json.NewEncoder(t.Out)
	enc.SetEscapeHTML(false)
	if f.NArg() > 0 {
		for _, text := range f.Args() {
			if err := enc.Encode(read(text)); err != nil {
				return err
			}
		}
		return nil
	}
	return readLines(ctx, t.in, func(text string) error { return enc.Encode(read(text)) })
}

func readLines(ctx context.Context, in io.Reader, each func(string) error) error {
	s := bufio.NewScanner(in)
	s.Buffer(nil, maxCaption)
	for n := 1; s.Scan(); n++ {
		if err := ctx.Err(); err != nil {
			return err
		}
		text := s.Text()
		if strings.HasPrefix(text, `"`) {
			var unquoted string
			if json.Unmarshal([]byte(text), &unquoted) == nil {
				text = unquoted
			}
		}
		if err := each(text); err != nil {
			return err
		}
	}
	if errors.Is(s.Err(), bufio.ErrTooLong) {
		return fmt.Errorf("standard input: a line is longer than %d bytes", maxCaption)
	}
	return s.Err()
}

func read(text string) understood {
	r := caption.Parse(text)
	m := prompt.For(r.Menu, 0)
	return understood{
		Caption: text, Outcome: string(r.Outcome), Menu: r.Menu, Won: r.Won, PriceText: r.PriceText,
		Regular: r.Regular, Sure: r.Sure(nil), Options: r.Options, Motion: string(m.Kind), Steam: m.Steam,
	}
}
