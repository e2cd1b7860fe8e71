package postgres_test

import (
	"context"
	"crypto/rand"
	"fmt"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/sajangpick/sajangpick/storage"
	"github.com/sajangpick/sajangpick/storage/postgres"
	"github.com/sajangpick/sajangpick/storage/storagetest"
)

func TestOpen_RefusesADatabaseThatIsNotUTF8(t *testing.T) {
	t.Parallel()
	server := connect(t, storagetest.Postgres(t))
	name := "test_" + strings.ToLower(rand.Text())
	if _, err := server.Exec(
		t.Context(), `CREATE DATABASE `+name+` ENCODING 'EUC_KR' LOCALE 'C' TEMPLATE template0`,
	); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _, _ = server.Exec(context.Background(), `DROP DATABASE `+name+` WITH (FORCE)`) })
	address, err := url.Parse(os.Getenv("TEST_DATABASE_URL"))
	if err != nil {
		t.Fatal("TEST_DATABASE_URL is not an address")
	}
	address.Path = "/" + name
	_, err = postgres.Open(t.Context(), address.String(), storage.Options{})
	if err == nil || !strings.Contains(err.Error(), "EUC_KR") || !strings.Contains(err.Error(), "ENCODING 'UTF8'") {
		t.Errorf("opened: %v", err)
	}
}

func TestOpen_WorksThroughPgBouncerInSessionMode(t *testing.T) {
	t.Parallel()
	through := pgBouncer(t, storagetest.Postgres(t), "session")
	e := migrated(t, through, storage.Options{Conns: 4})
	if err := e.Start(t.Context(), storage.Handlers{}); err != nil {
		t.Fatal(err)
	}
	if _, _, err := e.Place(t.Context(), storagetest.NewOrder("web/1", time.Now().Add(time.Hour))); err != nil {
		t.Fatal(err)
	}
	if err := e.Ready(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestOpen_ExplainsPgBouncerInTransactionMode(t *testing.T) {
	t.Parallel()
	through := pgBouncer(t, storagetest.Postgres(t), "transaction")
	for range 5 { // whichever of the server's sessions is given to us
		e, err := postgres.Open(t.Context(), through, storage.Options{})
		if err == nil {
			e.Close()
			t.Fatal("it was opened")
		}
		if !strings.Contains(err.Error(), "transaction mode") || !strings.Contains(err.Error(), "session mode") {
			t.Fatal(err)
		}
	}
}

// pgBouncer starts a pooler with its own defaults before a database, and returns the address through it.
func pgBouncer(t *testing.T, database, mode string) string {
	t.Helper()
	to, err := url.Parse(database)
	if err != nil {
		t.Fatal("no address")
	}
	password, _ := to.User.Password()
	dir, err := os.MkdirTemp("", "sajangpick-test-") // whoever runs the pooler may not enter t.TempDir
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	port := freePort(t)
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		return path
	}
	users := write("users.txt", fmt.Sprintf("%q %q\n", to.User.Username(), password))
	config := write("pgbouncer.ini", fmt.Sprintf(`[databases]
* = host=%s port=%s
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = %d
unix_socket_dir =
auth_type = plain
auth_file = %s
pool_mode = %s
`, to.Hostname(), to.Port(), port, users, mode))
	args := []string{config}
	if os.Getuid() == 0 { // it refuses to run as root
		args = []string{"-u", "nobody", config}
		if err := os.Chmod(dir, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	program, err := exec.LookPath("pgbouncer")
	if err != nil {
		program = "/usr/sbin/pgbouncer"
	}
	cmd := exec.Command(program, args...)
	var log strings.Builder
	cmd.Stderr = &log
	if err := cmd.Start(); err != nil {
		t.Fatalf("pgbouncer is missing: run script/need pgbouncer: %v", err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	through := *to
	through.Host = fmt.Sprintf("127.0.0.1:%d", port)
	for range 400 {
		conn, err := pgx.Connect(t.Context(), through.String())
		if err == nil {
			conn.Close(t.Context())
			return through.String()
		}
		time.Sleep(25 * time.Millisecond)
	}
	t.Fatalf("pgbouncer doesn't answer: %s", log.String())
	return ""
}

func freePort(t *testing.T) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}
