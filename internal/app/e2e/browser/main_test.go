//go:build browser

// Package browser_test uses the page as people do, in a real browser: Debian's Chromium, in front of the built program.
package browser_test

import (
	"testing"

	"github.com/sajangpick/sajangpick/internal/app/apptest"
)

func TestMain(m *testing.M) { apptest.Main(m) }
