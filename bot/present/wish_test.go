package present

import (
	"os"
	"strings"
	"testing"

	"github.com/sajangpick/sajangpick/bot/caption"
	"github.com/sajangpick/sajangpick/bot/intent"
)

func TestReadWish_ADishIsNeverTakenForAWish(t *testing.T) {
	for _, file := range []string{"../caption/testdata/captions.tsv", "../caption/testdata/more.tsv"} {
		lines, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(lines)) {
			text := strings.ReplaceAll(strings.Split(line, "\t")[0], `\n`, "\n")
			r := caption.Parse(text)
			for _, said := range []string{text, r.Menu} {
				if c, ok := intent.ReadWish(said); ok && r.Menu != "" {
					t.Errorf("%q is %+v", said, c)
				}
			}
		}
	}
	for _, d := range dishes().words {
		if c, ok := intent.ReadWish(d.text); ok {
			t.Errorf("%q is %+v", d.text, c)
		}
	}
}
