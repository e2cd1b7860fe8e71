package upgrade_test

import (
	"testing"

	"github.com/sajangpick/sajangpick/internal/app/apptest"
)

func TestMain(m *testing.M) { apptest.Main(m) }
