package download

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"strings"
	"syscall"
)

// allowed is the list of hosts, made ready to compare. Names are lower-case and carry their port.
type allowed struct {
	origins map[string]bool // http://127.0.0.1:1234
	hosts   map[string]bool // cdn.example.com:443
	below   []string        // .cloudfront.net:443
	all     bool            // every host over https
}

type verdict int

const (
	refused    verdict = iota
	onlyPublic         // by name, as long as it leads to the internet
	vouchedFor         // wherever it leads
)

func parseHosts(entries []string) (allowed, error) {
	a := allowed{origins: map[string]bool{}, hosts: map[string]bool{}}
	for _, e := range entries {
		if err := a.add(strings.ToLower(e)); err != nil {
			return allowed{}, fmt.Errorf("download: host %q: %w", e, err)
		}
	}
	return a, nil
}

func (a *allowed) add(entry string) error {
	if strings.Contains(entry, "://") {
		u, err := url.Parse(entry)
		if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" ||
			u.User != nil || strings.Trim(u.Path, "/") != "" || u.RawQuery != "" || u.Fragment != "" {
			return errors.New("an origin is http:// or https:// and a host, no more")
		}
		a.origins[u.Scheme+"://"+hostPort(u)] = true
		return nil
	}
	u, err := url.Parse("https://" + entry + "/")
	if err != nil || u.Host != entry || strings.Trim(u.Hostname(), "abcdefghijklmnopqrstuvwxyz0123456789-.:") != "" ||
		u.Hostname() == "" {
		return errors.New("neither a host, nor .suffix, nor an origin")
	}
	suffix, isSuffix := strings.CutPrefix(u.Hostname(), ".")
	if !isSuffix {
		a.hosts[hostPort(u)] = true
		return nil
	}
	if !strings.Contains(strings.Trim(suffix, "."), ".") {
		return errors.New("a suffix has two labels at least")
	}
	a.below = append(a.below, hostPort(u))
	return nil
}

func (a allowed) check(u *url.URL) verdict {
	if u.User != nil {
		return refused
	}
	at := hostPort(u)
	if a.origins[u.Scheme+"://"+at] {
		return vouchedFor
	}
	if u.Scheme != "https" {
		return refused
	}
	if a.all || a.hosts[at] {
		return onlyPublic
	}
	for _, suffix := range a.below {
		if len(at) > len(suffix) && strings.HasSuffix(at, suffix) {
			return onlyPublic
		}
	}
	return refused
}

func hostPort(u *url.URL) string {
	port := u.Port()
	if port == "" {
		port = map[string]string{"http": "80", "https": "443"}[u.Scheme]
	}
	return net.JoinHostPort(strings.ToLower(u.Hostname()), port)
}

var errPrivate = errors.New("leads into our own network")

// refusePrivate sees each address that is about to be connected to, after the name was looked up.
func refusePrivate(_, address string, _ syscall.RawConn) error {
	at, err := netip.ParseAddrPort(address)
	if err != nil || !public(at.Addr()) {
		return errPrivate
	}
	return nil
}

// public reports whether an address is one of the internet's own. The lists are IANA's registries of
// special-purpose addresses: https://www.iana.org/assignments/iana-ipv4-special-registry and -ipv6-.
func public(ip netip.Addr) bool {
	ip = ip.Unmap()
	if nat64.Contains(ip) { // an IPv4 address in the last four bytes
		b := ip.As16()
		ip = netip.AddrFrom4([4]byte(b[12:]))
	}
	if !ip.IsGlobalUnicast() || ip.IsPrivate() || ip.Zone() != "" || ip.Is6() && !global6.Contains(ip) {
		return false
	}
	for _, p := range special {
		if p.Contains(ip) {
			return false
		}
	}
	return true
}

var (
	nat64   = netip.MustParsePrefix("64:ff9b::/96")
	global6 = netip.MustParsePrefix("2000::/3")
	special = []netip.Prefix{
		netip.MustParsePrefix("0.0.0.0/8"),
		netip.MustParsePrefix("100.64.0.0/10"), // carriers' NAT
		netip.MustParsePrefix("192.0.0.0/24"),
		netip.MustParsePrefix("192.0.2.0/24"),
		netip.MustParsePrefix("192.88.99.0/24"),
		netip.MustParsePrefix("198.18.0.0/15"),
		netip.MustParsePrefix("198.51.100.0/24"),
		netip.MustParsePrefix("203.0.113.0/24"),
		netip.MustParsePrefix("240.0.0.0/4"),
		netip.MustParsePrefix("2001::/23"), // Teredo and others that carry IPv4
		netip.MustParsePrefix("2001:db8::/32"),
		netip.MustParsePrefix("2002::/16"), // 6to4
		netip.MustParsePrefix("3fff::/20"),
	}
)
