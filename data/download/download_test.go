package download

import "testing"

func FuzzContentRange(f *testing.F) {
	f.Add("bytes 10-99/100")
	f.Add("bytes 10-99/*")
	f.Add("bytes */100")
	f.Add("bytes 0-/-2")
	f.Add("bytes 9-8/5")
	f.Fuzz(func(t *testing.T, h string) {
		start, total, ok := contentRange(h)
		if ok && (start < 0 || total != -1 && total <= start) {
			t.Fatalf("%q : %d/%d", h, start, total)
		}
	})
}
