// Package s3 keeps blobs in a bucket of Amazon S3 or of anything that speaks its protocol (R2,
// Ceph, versitygw …). Keys, region and credentials come from where the AWS SDK finds them. It tries
// a request three times (AWS_MAX_ATTEMPTS): all that are made here may be repeated.
//
// The bucket's credentials need GetObject, PutObject, DeleteObject, AbortMultipartUpload and
// ListBucket: without the last, S3 answers 403 instead of 404 for what isn't there.
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
//
// A process that dies in the middle of a large Put leaves parts in the bucket that can't be seen
// but are paid for; a lifecycle rule that aborts incomplete uploads after a day removes them.
package s3

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"path"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/feature/s3/transfermanager"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/smithy-go/logging"
	"github.com/sajangpick/sajangpick/internal/httpx"
	"github.com/sajangpick/sajangpick/pipeline"
	"github.com/sajangpick/sajangpick/storage/internal/names"
)

// Options say where the blobs are. Only Bucket is needed.
type Options struct {
	Bucket string
	Prefix string // of every key in the bucket, without slashes around it
	// PublicURL is where the bucket can be read by anyone, or by a CDN: links are then
	// PublicURL/Prefix/key, and don't end. Empty gives presigned links.
	PublicURL string
	// Endpoint is another server than Amazon's, addressed with the bucket in the path. Empty is the
	// SDK's own: AWS_ENDPOINT_URL_S3, AWS_ENDPOINT_URL, or Amazon.
	Endpoint string
}

const (
	silence    = 30 * time.Second // most time without a byte of an answer
	putLimit   = 15 * time.Minute
	maxTTL     = 7 * 24 * time.Hour // https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-presigned-url.html
	partSize   = 5 << 20            // the least that S3 takes
	abortLimit = 10 * time.Second
)

// Store is a pipeline.Blobs in a bucket.
type Store struct {
	client  *s3.Client
	presign *s3.PresignClient
	upload  *transfermanager.Client
	bucket  string
	prefix  string
	open    string // PublicURL
	public  bool
	silence time.Duration
}

var _ pipeline.Blobs = (*Store)(nil)

// New reads the SDK's settings. It doesn't ask the bucket.
func New(ctx context.Context, o Options) (*Store, error) {
	if o.Bucket == "" {
		return nil, errors.New("s3: BLOB_URL names no bucket")
	}
	client, err := connect(ctx, o.Endpoint)
	if err != nil {
		return nil, err
	}
	s := &Store{
		client:  client,
		presign: s3.NewPresignClient(client),
		upload: transfermanager.New(client, func(t *transfermanager.Options) {
			t.PartSizeBytes = partSize
			t.MultipartUploadThreshold = partSize
			t.Concurrency = 1 // a short has few parts, and each is held in memory
			t.FailTimeout = abortLimit
			// The manager's own default hides what AWS_REQUEST_CHECKSUM_CALCULATION says.
			t.RequestChecksumCalculation = client.Options().RequestChecksumCalculation
		}),
		bucket: o.Bucket,
		prefix: strings.Trim(o.Prefix, "/"),
		open:   strings.TrimRight(o.PublicURL, "/"),
		public: true, silence: silence,
	}
	if at := cmp.Or(s.open, aws.ToString(client.Options().BaseEndpoint)); at != "" {
		if s.public, err = names.Reachable(at); err != nil {
			return nil, fmt.Errorf("s3: BLOB_PUBLIC_URL or the endpoint: %w", err)
		}
	}
	return s, nil
}

func connect(ctx context.Context, endpoint string) (*s3.Client, error) {
	cfg, err := config.LoadDefaultConfig(ctx,
		config.WithLogger(logging.Nop{}), // its warnings may quote addresses
		config.WithHTTPClient(awshttp.NewBuildableClient().
			WithDialerOptions(func(d *net.Dialer) { d.Timeout = 10 * time.Second }).
			WithTransportOptions(func(t *http.Transport) { t.ResponseHeaderTimeout = silence })))
	if err != nil {
		return nil, fmt.Errorf("s3: the AWS settings: %w", err)
	}
	client := s3.NewFromConfig(cfg, func(s *s3.Options) {
		if endpoint != "" {
			s.BaseEndpoint = &endpoint
		}
		s.HTTPClient = traceable{s.HTTPClient}
		s.UsePathStyle = s.BaseEndpoint != nil
		if s.Region == "" && s.BaseEndpoint != nil {
			s.Region = "us-east-1" // what such servers go by when they have no regions
		}
	})
	if client.Options().Region == "" {
		return nil, errors.New("s3: AWS_REGION is missing")
	}
	return client, nil
}

// traceable lets a request's context say how it is sent: see httpx.Traceable.
type traceable struct{ s3.HTTPClient }

// Do implements s3.HTTPClient.
func (t traceable) Do(r *http.Request) (*http.Response, error) {
	return httpx.Traceable{RoundTripper: roundTrip(t.HTTPClient.Do)}.RoundTrip(r)
}

type roundTrip func(*http.Request) (*http.Response, error)

// RoundTrip implements http.RoundTripper.
func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// Put stores r under key. It holds about three parts of 5 MB in memory, whatever the size.
func (s *Store) Put(ctx context.Context, key, contentType string, r io.Reader) error {
	if err := names.CheckKey(key); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, putLimit)
	defer cancel()
	from := &source{ctx: ctx, r: r}
	_, err := s.upload.UploadObject(ctx, &transfermanager.UploadObjectInput{
		Bucket: &s.bucket, Key: s.name(key), ContentType: &contentType, Body: from,
	})
	if from.err != nil {
		return fmt.Errorf("s3: put: read what is to be put: %w", from.err)
	}
	if err != nil {
		return s.explain("put", err)
	}
	return nil
}

// source keeps apart what failed while it was read from what failed while it was sent.
type source struct {
	ctx context.Context
	r   io.Reader
	err error
}

func (s *source) Read(p []byte) (int, error) {
	if s.err = s.ctx.Err(); s.err != nil {
		return 0, s.err
	}
	n, err := s.r.Read(p)
	if err != nil && err != io.EOF {
		s.err = err
	}
	return n, err
}

// Delete removes a blob.
func (s *Store) Delete(ctx context.Context, key string) error {
	if err := names.CheckKey(key); err != nil {
		return err
	}
	_, err := s.client.DeleteObject(ctx, &s3.DeleteObjectInput{Bucket: &s.bucket, Key: s.name(key)})
	if err = s.explain("delete", err); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// Link makes an address. A presigned one lives for at most 7 days, and never longer than temporary
// credentials that signed it; it answers GET only.
func (s *Store) Link(ctx context.Context, key string, ttl time.Duration) (pipeline.Link, error) {
	if err := names.CheckKey(key); err != nil {
		return pipeline.Link{}, err
	}
	if s.open != "" {
		return pipeline.Link{URL: s.open + "/" + *s.name(key), Head: true, Public: s.public}, nil
	}
	if ttl > maxTTL {
		return pipeline.Link{}, fmt.Errorf("s3: link: %v is longer than %v, the most that S3 signs for", ttl, maxTTL)
	}
	signed, err := s.presign.PresignGetObject(
		ctx, &s3.GetObjectInput{Bucket: &s.bucket, Key: s.name(key)}, s3.WithPresignExpires(ttl),
	)
	if err != nil {
		return pipeline.Link{}, s.explain("link", err)
	}
	return pipeline.Link{URL: signed.URL, Public: s.public}, nil
}

func (s *Store) name(key string) *string { return aws.String(path.Join(s.prefix, key)) }
