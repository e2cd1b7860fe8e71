package s3

import (
	"bytes"
	"context"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/s3"
)

const (
	bucket  = "blobs"
	install = `GOBIN="$PWD/.bin" go install github.com/versity/versitygw/cmd/versitygw@v1.8.0`
)

// moduleRoot is the folder of go.mod.
func moduleRoot(t *testing.T) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir
		}
		if dir == filepath.Dir(dir) {
			t.Fatal("there is no go.mod above this test")
		}
		dir = filepath.Dir(dir)
	}
}

// gateway is the S3 server that the tests speak to: $SAJANGPICK_BIN/versitygw, or the module's own .bin.
func gateway(t *testing.T) string {
	t.Helper()
	dir := os.Getenv("SAJANGPICK_BIN")
	if dir == "" {
		dir = filepath.Join(moduleRoot(t), ".bin")
	}
	binary := filepath.Join(dir, "versitygw")
	if _, err := os.Stat(binary); err != nil {
		t.Fatalf("the S3 server for tests is missing; in the folder of go.mod: %s", install)
	}
	return binary
}

// output collects what the server says while it runs.
type output struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.b.Write(p)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.b.String()
}

// serve runs a real S3 server with one bucket on a free port of this machine, and gives this process
// the credentials for it. The server ends with the test.
func serve(t *testing.T) (endpoint string) {
	t.Helper()
	settings(t)
	files := t.TempDir()
	for range 3 { // somebody may take the free port first
		if endpoint = start(t, files); endpoint != "" {
			break
		}
	}
	if endpoint == "" {
		t.Fatal("the S3 server does not start")
	}
	client, err := connect(t.Context(), endpoint)
	if err != nil {
		t.Fatal(err)
	}
	name := bucket
	if _, err := client.CreateBucket(t.Context(), &s3.CreateBucketInput{Bucket: &name}); err != nil {
		t.Fatal(err)
	}
	return endpoint
}

// settings makes the SDK see nothing of the machine that it runs on.
func settings(t *testing.T) {
	t.Helper()
	nowhere := filepath.Join(t.TempDir(), "none")
	for name, value := range map[string]string{
		"AWS_ACCESS_KEY_ID": "test-access", "AWS_SECRET_ACCESS_KEY": "test-secret", "AWS_REGION": "us-east-1",
		"AWS_SESSION_TOKEN": "", "AWS_PROFILE": "", "AWS_ENDPOINT_URL": "", "AWS_ENDPOINT_URL_S3": "",
		"AWS_DEFAULT_REGION": "",
		"AWS_CONFIG_FILE":    nowhere, "AWS_SHARED_CREDENTIALS_FILE": nowhere, "AWS_EC2_METADATA_DISABLED": "true",
		"AWS_MAX_ATTEMPTS": "", "NO_PROXY": "127.0.0.1",
	} {
		t.Setenv(name, value)
	}
}

func start(t *testing.T, files string) (endpoint string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := l.Addr().String()
	l.Close()
	said := new(output)
	cmd := exec.Command(gateway(t), "--port", address, "--health", "/healthz", "--quiet", "posix", files)
	cmd.Env = append(os.Environ(), "ROOT_ACCESS_KEY=test-access", "ROOT_SECRET_KEY=test-secret")
	cmd.Stdout, cmd.Stderr = said, said
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() { cmd.Wait(); close(ended) }()
	t.Cleanup(func() { cmd.Process.Kill(); <-ended })

	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	again := time.NewTicker(10 * time.Millisecond)
	defer again.Stop()
	for {
		select {
		case <-again.C:
			if healthy(ctx, "http://"+address) {
				return "http://" + address
			}
		case <-ended:
			t.Logf("the S3 server ended: %s", said)
			return ""
		case <-ctx.Done():
			t.Fatalf("the S3 server is not ready: %s", said)
		}
	}
}

func healthy(ctx context.Context, endpoint string) bool {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, endpoint+"/healthz", nil)
	if err != nil {
		return false
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return false
	}
	res.Body.Close()
	return res.StatusCode == http.StatusOK
}
