package main

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/alecthomas/kong"
)

type completionCmd struct {
	Shell string `arg:"" enum:"bash,zsh,fish,powershell" help:"bash, zsh, fish ou powershell."`
}

// completionScripts ask the program itself what may come next, so that they never age.
var completionScripts = map[string]string{
	"bash": `_perimetre() {
	local IFS=$'\n'
	COMPREPLY=($(compgen -W "$(perimetre complete -- "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)" -- "${COMP_WORDS[COMP_CWORD]}"))
}
complete -o default -o bashdefault -F _perimetre perimetre
`,
	"zsh": `#compdef perimetre
_perimetre() {
	local -a found
	found=(${(f)"$(perimetre complete -- "${(@)words[2,CURRENT]}" 2>/dev/null)"})
	if (( $#found )); then compadd -a found; else _files; fi
}
if [ "$funcstack[1]" = _perimetre ]; then _perimetre; else compdef _perimetre perimetre; fi
`,
	"fish": `complete -c perimetre -a '(perimetre complete -- (commandline -opc)[2..] (commandline -ct) 2>/dev/null)'
`,
	"powershell": `Register-ArgumentCompleter -Native -CommandName perimetre -ScriptBlock {
	param($word, $line, $position)
	$words = @($line.CommandElements | Select-Object -Skip 1 | ForEach-Object { "$_" })
	if ($word -eq '') { $words += '""' }
	perimetre complete -- @words 2>$null | ForEach-Object { [System.Management.Automation.CompletionResult]::new($_) }
}
`,
}

// Run prints the script of a shell.
func (c completionCmd) Run(std streams) error {
	_, err := io.WriteString(std.out, completionScripts[c.Shell])
	return err
}

type completeCmd struct {
	Words []string `arg:"" optional:"" help:"Mots déjà écrits."`
}

// Run prints what the last word may become, one a line; nothing where it may be a file.
func (c completeCmd) Run(k *kong.Context, std streams) error {
	for _, s := range completions(k.Model.Node, c.Words) {
		if _, err := fmt.Fprintln(std.out, s); err != nil {
			return err
		}
	}
	return nil
}

// completions returns the commands, flags and values that may stand for the last word.
func completions(node *kong.Node, words []string) []string {
	last := ""
	if n := len(words); n > 0 {
		last, words = strings.Trim(words[n-1], `"`), words[:n-1]
	}
	var open *kong.Flag // waits for its value
	for _, w := range words {
		switch {
		case open != nil:
			open = nil
		case strings.HasPrefix(w, "-"):
			if f := flagNamed(node, w); f != nil && !f.IsBool() && !strings.Contains(w, "=") {
				open = f
			}
		default:
			if child := childNamed(node, w); child != nil {
				node = child
			}
		}
	}
	var all []string
	name, _, valued := strings.Cut(last, "=")
	switch {
	case open != nil && open.Enum != "":
		all = open.EnumSlice()
	case open != nil:
	case valued:
		if f := flagNamed(node, name); f != nil && f.Enum != "" {
			for _, v := range f.EnumSlice() {
				all = append(all, name+"="+v)
			}
		}
	case strings.HasPrefix(last, "-"):
		for _, group := range node.AllFlags(true) {
			for _, f := range group {
				all = append(all, "--"+f.Name)
			}
		}
	default:
		for _, child := range node.Children {
			if !child.Hidden {
				all = append(all, child.Name)
			}
		}
		for _, p := range node.Positional {
			if p.Enum != "" {
				all = append(all, p.EnumSlice()...)
			}
		}
	}
	return slices.DeleteFunc(all, func(s string) bool { return s == "" || !strings.HasPrefix(s, last) })
}

// flagNamed finds the flag that a word such as --pack, --pack=x or -o bears.
func flagNamed(node *kong.Node, word string) *kong.Flag {
	word, _, _ = strings.Cut(word, "=")
	for _, group := range node.AllFlags(false) {
		for _, f := range group {
			if word == "--"+f.Name || f.Short != 0 && word == "-"+string(f.Short) {
				return f
			}
		}
	}
	return nil
}
