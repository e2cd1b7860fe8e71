package present

import "testing"

func TestTruncateUTF16_CountsAsMessengersDoAndSplitsNoLetter(t *testing.T) {
	for in, want := range map[string]string{
		"새우": "새우", "12345678": "12345678", "123456789": "1234567…", "123456🍤9": "123456…", "": "",
		"1234 6 89": "1234 6…",
	} {
		if got := TruncateUTF16(in, 8); got != want {
			t.Errorf("%q became %q", in, got)
		}
	}
}

func TestTruncateLetters_CountsAsPeopleDo(t *testing.T) {
	for in, want := range map[string]string{
		"새우": "새우", "👨‍👩‍👧‍👦새우": "👨‍👩‍👧‍👦새우", "새우 파스타": "새우…", "": "",
	} {
		if got := TruncateLetters(in, 3); got != want {
			t.Errorf("%q became %q", in, got)
		}
	}
}
