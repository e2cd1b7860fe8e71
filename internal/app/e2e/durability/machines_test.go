package durability_test

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/sajangpick/sajangpick/adapters/sandbox"
	people "github.com/sajangpick/sajangpick/adapters/sandbox/telegram"
	"github.com/sajangpick/sajangpick/internal/app"
	"github.com/sajangpick/sajangpick/internal/app/apptest"
	"github.com/sajangpick/sajangpick/pipeline"
)

// machines are processes on one database, behind one address that hands requests out in turn.
type machines struct {
	w      *apptest.World
	front  *httptest.Server
	shops  []*owner
	random *rand.Rand
	turn   atomic.Int64

	mu  sync.Mutex
	all []*apptest.Process // those that get requests
}

func newMachines(t *testing.T, mode string) *machines {
	w := apptest.NewWorld(t, apptest.Databases()["postgres"](t)).WithTelegram()
	for _, method := range []string{"sendMessage", "sendVideo"} { // there is always something on its way
		w.People.Fault(people.Fault{On: method, Times: -1, DelayMS: 100})
	}
	w.Faults(sandbox.Fault{On: apptest.StartClip, DelayMS: 300, Times: 1000})
	m := &machines{w: w, random: rand.New(rand.NewPCG(6, 6))}
	m.front = httptest.NewServer(m)
	t.Cleanup(m.front.Close)
	w.Settings["PUBLIC_URL"], w.Settings["TELEGRAM_MODE"] = m.front.URL, mode
	t.Cleanup(m.end)
	return m
}

// end stops all that is there.
func (m *machines) end() {
	for p := m.out(); p != nil; p = m.out() {
		p.Stop()
	}
}

// add starts one more process.
func (m *machines) add() {
	p := m.w.Start(apptest.Talkative(), nil)
	m.mu.Lock()
	defer m.mu.Unlock()
	m.all = append(m.all, p)
}

// out lets the oldest process get no more requests.
func (m *machines) out() *apptest.Process {
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(m.all) == 0 {
		return nil
	}
	p := m.all[0]
	m.all = m.all[1:]
	return p
}

// any is one of the processes, another one each time; nil: there is none.
func (m *machines) any() *apptest.Process {
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(m.all) == 0 {
		return nil
	}
	return m.all[int(m.turn.Add(1))%len(m.all)]
}

func (m *machines) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	p := m.any()
	if p == nil {
		app.NotReady(w, r)
		return
	}
	to, err := url.Parse(p.Server.URL)
	if err != nil {
		panic(err)
	}
	one := httputil.NewSingleHostReverseProxy(to)
	one.ErrorHandler = func(w http.ResponseWriter, r *http.Request, _ error) { app.NotReady(w, r) } // it was killed
	one.ServeHTTP(w, r)
}

// TestProcesses_RollingRestartsLoseNothingAndSendNothingTwice replaces one process after the other while photos come
// in. Then one is killed: what it was at in that moment may come once more, and nothing else.
func TestProcesses_RollingRestartsLoseNothingAndSendNothingTwice(t *testing.T) {
	t.Parallel()
	for _, mode := range []string{"polling", "webhook"} {
		t.Run(mode, func(t *testing.T) {
			t.Parallel()
			m := newMachines(t, mode)
			for range 3 {
				m.add()
			}
			m.openShops(8)
			m.underLoad(func(int) { m.replace((*apptest.Process).Stop) })
			m.settle()
			for step, n := range m.w.Starts() {
				if n != 1 {
					t.Errorf("order %d was started %d times at %s", step.Order, n, step.Provider)
				}
			}
			m.once(time.Time{}, time.Time{})

			var from, to time.Time
			m.underLoad(func(n int) {
				if n == 1 {
					from = time.Now()
					m.replace((*apptest.Process).Kill)
					to = time.Now()
				}
			})
			m.settle()
			m.once(from, to)
			m.end()
			m.w.Audit(m.orders(), 1)
		})
	}
}

// once checks that all was sent once, and what was on its way in a kill at most twice.
func (m *machines) once(from, to time.Time) {
	m.w.T.Helper()
	from = from.Add(-time.Second).Truncate(time.Second)      // the chat shows whole seconds
	apptest.Every(m.w.T, 50*time.Millisecond, func() error { // what was just sent may not be written down yet
		again := map[string]bool{}
		for _, x := range m.strays() {
			head, _, _ := strings.Cut(x.Text, "\n")
			thing := fmt.Sprint(x.Chat, x.Kind, x.ReplyTo, head)
			if again[thing] || x.At.Before(from) || x.At.After(to) {
				return fmt.Errorf("sent once too often: %+v", x)
			}
			again[thing] = true
		}
		return nil
	})
}

func (m *machines) openShops(n int) {
	for i := range n {
		chat := m.w.People.Person(fmt.Sprintf("사장 %d", i), "ko").Private()
		m.shops = append(m.shops, &owner{Chat: chat, random: rand.New(rand.NewPCG(6, uint64(i)))})
	}
}

// underLoad does something at three moments while each of the owners orders one short or more.
func (m *machines) underLoad(f func(n int)) {
	var over atomic.Bool
	var talks sync.WaitGroup
	for _, o := range m.shops {
		talks.Go(func() {
			for n := 0; n == 0 || !over.Load(); n++ {
				if err := o.order(); err != nil {
					m.w.T.Error(err)
					return
				}
			}
		})
	}
	for n := range 3 {
		<-time.After(time.Duration(m.random.IntN(300)) * time.Millisecond) // the moment is the random part
		f(n)
	}
	over.Store(true)
	talks.Wait()
}

// replace ends the oldest process and starts another one.
func (m *machines) replace(end func(*apptest.Process)) {
	end(m.out())
	m.add()
}

// orders is how many were placed.
func (m *machines) orders() (n int) {
	for _, o := range m.shops {
		n += o.photos
	}
	return n
}

// owner is somebody who orders one short after the other.
type owner struct {
	*people.Chat
	random *rand.Rand
	photos int
}

// order asks for one more short, sometimes with all words and sometimes without a price.
func (o *owner) order() error {
	<-time.After(time.Duration(o.random.IntN(300)) * time.Millisecond) // the moment is the random part
	dish := apptest.DishName(o.photos)
	if o.photos++; o.random.IntN(2) == 0 {
		o.SendPhoto(apptest.TinyPhoto(), dish+" 9,000원")
		o.SendText("/usage")
	} else {
		photo := o.SendPhoto(apptest.TinyPhoto(), dish).ID
		if _, err := o.Wait(apptest.Patience, func(all []people.Message) bool {
			return asked(all, photo)
		}); err != nil {
			return err
		}
		o.SendText("9,000원")
	}
	_, err := o.Wait(apptest.Patience, func(all []people.Message) bool { return len(served(all)) == o.photos })
	return err
}

// asked reports whether the price of a photo was asked for.
func asked(all []people.Message, photo int) bool {
	return slices.ContainsFunc(all, func(m people.Message) bool {
		return m.Ours && m.ReplyTo == photo && strings.Contains(m.Text, "가격을 알려 주세요")
	})
}

// settle waits until all orders are at their end and all is said, and checks that it adds up.
func (m *machines) settle() {
	t, p := m.w.T, m.any()
	t.Helper()
	apptest.Every(t, 20*time.Millisecond, func() error { // any process may be the one that ends it
		v, err := p.Engine.Overview(t.Context(), time.Time{}, time.Time{})
		if n := v.Orders[pipeline.Delivered]; err == nil && (n != m.orders() || v.OutboxPending > 0) {
			err = fmt.Errorf("%d of %d orders were delivered, and %d words are unsaid", n, m.orders(), v.OutboxPending)
		}
		return err
	})
	sum, err := p.Engine.AuditLedger(t.Context())
	if err != nil || len(sum.Inconsistencies) > 0 {
		t.Errorf("odd: %q, %v", sum.Inconsistencies, err)
	}
}

// strays are messages of ours that the database doesn't know of: another one was sent for the same thing.
func (m *machines) strays() (all []people.Message) {
	known := m.known()
	for _, o := range m.shops {
		for _, x := range o.Messages() {
			if x.Ours && !slices.Contains(known, fmt.Sprint(o.ID(), " ", x.ID)) {
				all = append(all, x)
			}
		}
	}
	return all
}

// known are the messages that the database knows of, each with its chat.
func (m *machines) known() []string {
	t := m.w.T
	conn, err := pgx.Connect(t.Context(), m.w.Settings["DATABASE_URL"])
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	rows, err := conn.Query(t.Context(), `SELECT chat || ' ' || split_part(message, ' ', 1) FROM (
		SELECT chat, message FROM says
		UNION ALL SELECT chat, told FROM orders
		UNION ALL SELECT o.chat, c.receipt FROM orders o JOIN cuts c ON c.order_id = o.id) all_of_them`)
	if err != nil {
		t.Fatal(err)
	}
	known, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	return known
}
