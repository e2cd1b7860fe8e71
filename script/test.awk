# Reads `go test -v`, package by package: shows a good package as its one line, a bad one in full.
{ held[++lines] = $0 }
/^ *--- PASS: / { passed++ }
/^ *--- FAIL: / { failed++ }
/^ *--- SKIP: / {
	skipped++
	skips = skips held[lines - 1] "\n" $0 "\n"
}
/^ok *\t/ { print }
/^(ok|\?) *\t/ { lines = 0 }
/^FAIL\t/ {
	for (i = 1; i <= lines; i++) if (held[i] !~ /^=== (RUN|PAUSE|CONT|NAME)|^ *--- PASS: /) print held[i]
	lines = 0
	broken++
}
{ fflush() }
END {
	for (i = 1; i <= lines; i++) if (held[i] != "FAIL") print held[i]
	if (skipped) printf "skipped, though nothing may be:\n%s", skips
	printf "%d passed, %d failed, %d skipped\n", passed, failed, skipped
	exit (failed || skipped || broken || !passed) ? 1 : 0
}
