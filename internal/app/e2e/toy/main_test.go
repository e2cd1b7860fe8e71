// Package toy_test has a provider of clips, a renderer and a messenger that nothing else in this repository knows:
// they are made of public names alone, as one would be that comes along next year.
package toy_test

import (
	"testing"

	"github.com/sajangpick/sajangpick/internal/app/apptest"
)

func TestMain(m *testing.M) { apptest.Main(m) }
