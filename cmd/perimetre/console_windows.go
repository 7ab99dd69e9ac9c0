package main

import (
	"os"

	"golang.org/x/sys/windows"
)

// codePageUTF8 is the number of UTF-8 among the code pages of Windows.
const codePageUTF8 = 65001

// prepareConsole makes a console show our accents and obey the codes of progress bars.
// What is not a console, a pipe or a file, is left as it is.
func prepareConsole() {
	windows.SetConsoleOutputCP(codePageUTF8)
	windows.SetConsoleCP(codePageUTF8)
	for _, f := range []*os.File{os.Stdout, os.Stderr} {
		var mode uint32
		if h := windows.Handle(f.Fd()); windows.GetConsoleMode(h, &mode) == nil {
			windows.SetConsoleMode(h, mode|windows.ENABLE_VIRTUAL_TERMINAL_PROCESSING)
		}
	}
}
