package photo

import (
	"context"
	"errors"
	"io"

	"github.com/sajangpick/sajangpick/pipeline"
	"github.com/sajangpick/sajangpick/pipeline/worker"
)

// PreparePhoto prepares photos with p and says of each that can't be used what a person may do about it.
func PreparePhoto(p *Preparer) pipeline.Framer {
	return func(ctx context.Context, r io.Reader, begin func() error) (pipeline.Prepared, error) {
		got, err := p.Prepare(ctx, r, begin)
		f := pipeline.Framing{
			Ratio: string(got.Ratio), Dish: pipeline.Box(got.Dish), Sure: got.Sure, Doubt: questions[got.Doubt],
		}
		return pipeline.Prepared{JPEG: got.JPEG, Framing: f}, unusable(err)
	}
}

// questions are what a person is asked about a photo.
var questions = map[Doubt]pipeline.Reason{
	Dark: pipeline.ReasonAskDark, Blurred: pipeline.ReasonAskBlurred, Tiny: pipeline.ReasonAskTiny,
	Lettering: pipeline.ReasonAskLettering, NoDish: pipeline.ReasonAskNoDish,
}

// PrepareLogo does the same for shops' logos.
func PrepareLogo(p *Preparer) pipeline.Prepare {
	return func(ctx context.Context, r io.Reader, begin func() error) ([]byte, error) {
		file, err := p.Logo(ctx, r, begin)
		return file, unusable(err)
	}
}

// unusable makes a Fault of what is wrong with a picture, and of a turn that didn't come, which is no failed try;
// other errors stay what they are.
func unusable(err error) error {
	for _, x := range []struct {
		err    error
		reason pipeline.Reason
	}{
		{ErrEmpty, pipeline.ReasonPhotoEmpty},
		{ErrNotPicture, pipeline.ReasonNotPhoto},
		{ErrKind, pipeline.ReasonPhotoKind},
		{ErrBroken, pipeline.ReasonPhotoBroken},
		{ErrHeavy, pipeline.ReasonPhotoHeavy},
		{ErrLarge, pipeline.ReasonPhotoLarge},
		{ErrSmall, pipeline.ReasonPhotoSmall},
		{ErrCostly, pipeline.ReasonPhotoUnopened},
	} {
		if errors.Is(err, x.err) {
			return &pipeline.Fault{Kind: pipeline.Rejected, Reason: x.reason, Err: err}
		}
	}
	if errors.Is(err, worker.ErrNoTurn) {
		return &pipeline.Fault{Kind: pipeline.Transient, RateLimited: true, Err: err}
	}
	return err
}
