package s3

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/sajangpick/sajangpick/storage/internal/names"
)

var errSilent = errors.New("the bucket sent nothing for too long")

// Open reads a blob. Reading ends with ctx. It is one request for as long as it isn't sought in; after a
// Seek the next Read asks again, for the rest of the same content: an error if it was replaced.
func (s *Store) Open(ctx context.Context, key string) (io.ReadSeekCloser, error) {
	if err := names.CheckKey(key); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancelCause(ctx)
	o := &object{store: s, ctx: ctx, cancel: cancel, key: key}
	o.quiet = time.AfterFunc(s.silence, func() { cancel(errSilent) })
	o.quiet.Stop()
	out, err := s.client.GetObject(ctx, &s3.GetObjectInput{Bucket: &s.bucket, Key: s.name(key)})
	if err != nil {
		cancel(nil)
		return nil, s.explain("open", err)
	}
	o.body, o.size, o.etag = out.Body, aws.ToInt64(out.ContentLength), out.ETag
	return o, nil
}

// object is a blob that is being read.
type object struct {
	store  *Store
	ctx    context.Context
	cancel context.CancelCauseFunc
	quiet  *time.Timer // runs while a read waits
	key    string
	size   int64
	etag   *string
	body   io.ReadCloser
	at     int64 // where body is
	pos    int64 // where the next read is
}

func (o *object) Read(p []byte) (int, error) {
	if o.pos >= o.size {
		return 0, io.EOF
	}
	if o.at != o.pos {
		if err := o.again(); err != nil {
			return 0, err
		}
	}
	o.quiet.Reset(o.store.silence)
	n, err := o.body.Read(p)
	o.quiet.Stop()
	o.at += int64(n)
	o.pos = o.at
	if err == io.EOF && o.pos < o.size {
		err = io.ErrUnexpectedEOF
	}
	if err != nil && err != io.EOF {
		err = o.store.explain("read", o.cause(err))
	}
	return n, err
}

// again asks for the content from pos on.
func (o *object) again() error {
	o.body.Close()
	out, err := o.store.client.GetObject(o.ctx, &s3.GetObjectInput{
		Bucket: &o.store.bucket, Key: o.store.name(o.key), IfMatch: o.etag,
		Range: aws.String(fmt.Sprintf("bytes=%d-", o.pos)),
	})
	if err != nil {
		o.body, o.at = io.NopCloser(nil), -1
		return o.store.explain("read", o.cause(err))
	}
	o.body, o.at = out.Body, o.pos
	return nil
}

func (o *object) cause(err error) error {
	if cause := context.Cause(o.ctx); cause != nil {
		return cause
	}
	return err
}

func (o *object) Seek(offset int64, whence int) (int64, error) {
	switch whence {
	case io.SeekCurrent:
		offset += o.pos
	case io.SeekEnd:
		offset += o.size
	}
	if offset < 0 || whence < io.SeekStart || whence > io.SeekEnd {
		return 0, errors.New("s3: seek to where nothing can be")
	}
	o.pos = offset
	return offset, nil
}

func (o *object) Close() error {
	o.quiet.Stop()
	err := o.body.Close()
	o.cancel(nil)
	if err != nil {
		return o.store.explain("close", err)
	}
	return nil
}
