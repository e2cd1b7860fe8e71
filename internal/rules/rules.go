// Package rules has no code: its tests hold the repository to its own rules (who may import whom, what log lines and
// settings are called).
package rules
