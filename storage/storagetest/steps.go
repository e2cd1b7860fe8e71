package storagetest

import (
	"fmt"
	"sync"
	"testing"
	"unsafe"

	"modernc.org/libc"
	sqlite "modernc.org/sqlite/lib"
)

// opened is where SQLite writes what it opens: memory that doesn't move.
var (
	opening sync.Mutex
	opened  uintptr
)

// Steps runs a statement on a SQLite file as it stands, takes back what it wrote, and tells what it took: rows that a
// scan of a whole table went through, and instructions of SQLite's machine. That is what sqlite3_stmt_status counts,
// which the driver for database/sql doesn't pass on.
func Steps(t testing.TB, path string, s Sent) (scanned, steps int) {
	t.Helper()
	tls := libc.NewTLS()
	defer tls.Close()
	text := func(s string) uintptr {
		p, err := libc.CString(s)
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	opening.Lock()
	defer opening.Unlock()
	pointer := uintptr(unsafe.Pointer(&opened))
	name := text(path)
	defer libc.Xfree(tls, name)
	if rc := sqlite.Xsqlite3_open_v2(tls, name, pointer, sqlite.SQLITE_OPEN_READWRITE, 0); rc != sqlite.SQLITE_OK {
		t.Fatalf("open %s: %d", path, rc)
	}
	db := opened
	defer sqlite.Xsqlite3_close_v2(tls, db)
	run := func(s Sent) (scanned, steps int) {
		query := text(s.Text)
		defer libc.Xfree(tls, query)
		if rc := sqlite.Xsqlite3_prepare_v2(tls, db, query, -1, pointer, 0); rc != sqlite.SQLITE_OK {
			t.Fatalf("%s: %s", s.Text, libc.GoString(sqlite.Xsqlite3_errmsg(tls, db)))
		}
		stmt := opened
		defer sqlite.Xsqlite3_finalize(tls, stmt)
		for i, arg := range s.Args {
			parameter := text(fmt.Sprint("$", i+1))
			defer libc.Xfree(tls, parameter)
			n := sqlite.Xsqlite3_bind_parameter_index(tls, stmt, parameter)
			switch v := arg.(type) {
			case int64:
				sqlite.Xsqlite3_bind_int64(tls, stmt, n, v)
			case int:
				sqlite.Xsqlite3_bind_int64(tls, stmt, n, int64(v))
			case bool:
				b := int64(0)
				if v {
					b = 1
				}
				sqlite.Xsqlite3_bind_int64(tls, stmt, n, b)
			case float64:
				sqlite.Xsqlite3_bind_double(tls, stmt, n, v)
			case string:
				value := text(v)
				defer libc.Xfree(tls, value)
				sqlite.Xsqlite3_bind_text(tls, stmt, n, value, -1, 0)
			default:
				t.Fatalf("%s: parameter %d is a %T", s.Text, i+1, arg)
			}
		}
		for rc := int32(sqlite.SQLITE_ROW); rc == sqlite.SQLITE_ROW; {
			rc = sqlite.Xsqlite3_step(tls, stmt)
		}
		count := func(what int32) int { return int(sqlite.Xsqlite3_stmt_status(tls, stmt, what, 0)) }
		return count(sqlite.SQLITE_STMTSTATUS_FULLSCAN_STEP), count(sqlite.SQLITE_STMTSTATUS_VM_STEP)
	}
	run(Sent{Text: `BEGIN`})
	defer run(Sent{Text: `ROLLBACK`})
	return run(s)
}
