package config

import (
	"fmt"
	"strconv"
	"strings"
	"time"
	_ "time/tzdata" // cron specs name zones, and a small container image has no zone files

	"github.com/robfig/cron/v3"
)

// ParseDuration reads a time as time.ParseDuration does, and whole days in front: 90d, 1d12h.
// A day is 24 hours.
func ParseDuration(text string) (time.Duration, error) {
	days, rest, found := strings.Cut(text, "d")
	if !found {
		return time.ParseDuration(text)
	}
	n, err := strconv.ParseUint(days, 10, 16)
	if err != nil {
		return 0, fmt.Errorf("%q is no number of days", days)
	}
	whole := time.Duration(n) * 24 * time.Hour
	if rest == "" {
		return whole, nil
	}
	part, err := time.ParseDuration(rest)
	if err != nil {
		return 0, err
	}
	if part < 0 {
		return 0, fmt.Errorf("%q is a negative time behind days", rest)
	}
	return whole + part, nil
}

// home is where the shops are.
const home = "Asia/Seoul"

const homeZone = "CRON_TZ=" + home + " "

// Home is the zone in which days and months begin.
func Home() *time.Location {
	zone, err := time.LoadLocation(home)
	if err != nil {
		panic(err) // it is compiled in
	}
	return zone
}

func parseCron(text string) (Cron, error) {
	const want = "write five fields (minute hour day month weekday), e.g. */5 * * * *, with CRON_TZ=ZONE before them " +
		"for another zone than Asia/Seoul"
	spec := text
	if strings.HasPrefix(spec, "TZ=") || strings.HasPrefix(spec, "CRON_TZ=") {
		// The library panics when nothing follows the zone.
		if !strings.Contains(spec, " ") {
			return Cron{}, fmt.Errorf("%q names a zone and no times: %s", text, want)
		}
	} else {
		spec = homeZone + spec
	}
	schedule, err := cron.ParseStandard(spec)
	if err != nil {
		return Cron{}, fmt.Errorf("%q is no cron spec (%v): %s", text, err, want)
	}
	if schedule.Next(time.Now()).IsZero() {
		return Cron{}, fmt.Errorf("%q never comes: %s", text, want)
	}
	return Cron{Spec: text, Schedule: schedule}, nil
}
