package config

import (
	"fmt"
	"io"
	"log/slog"
)

const stars = "***"

// Secret is a value that never shows itself: every way of printing, logging or encoding it
// gives stars. The value is behind a pointer so that even reflection over an unexported
// field prints an address.
type Secret struct{ value *string }

// NewSecret wraps a value. An empty one makes the zero Secret.
func NewSecret(value string) Secret {
	if value == "" {
		return Secret{}
	}
	return Secret{&value}
}

// Reveal gives the value itself, for the one place that sends or signs with it.
func (s Secret) Reveal() string {
	if s.value == nil {
		return ""
	}
	return *s.value
}

// Set reports whether there is a value.
func (s Secret) Set() bool { return s.value != nil }

// String prints stars, or nothing for the zero Secret.
func (s Secret) String() string {
	if s.value == nil {
		return ""
	}
	return stars
}

// Format prints stars for every verb, those of numbers and pointers too.
func (s Secret) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, s.String()) }

// GoString prints stars.
func (s Secret) GoString() string { return s.String() }

// MarshalText encodes stars, in JSON as well.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// LogValue logs stars.
func (s Secret) LogValue() slog.Value { return slog.StringValue(s.String()) }
