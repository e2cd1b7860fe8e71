package app

import (
	"runtime"

	"github.com/sajangpick/sajangpick/adapters/runway"
	"github.com/sajangpick/sajangpick/pipeline/photo"
)

// Pictures lets photos and logos be prepared, as many at once as there are cores.
func (p *Parts) Pictures() {
	preparer := photo.New(runtime.GOMAXPROCS(0))
	preparer.Ratio = photo.Ratio(runway.OnlyShape(p.Cfg.Runway.Model))
	if p.Cfg.Creatomate.TemplateID != "" {
		preparer.Ratio = photo.Ratio(p.Cfg.Creatomate.Ratio)
	}
	p.Prepare, p.Logo = photo.PreparePhoto(preparer), photo.PrepareLogo(preparer)
}
