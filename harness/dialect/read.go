package dialect

import (
	"bytes"
	"errors"
	"fmt"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"
)

// mostBytes is how long a dialect file may be; one that says everything has two
// thousand.
const mostBytes = 64 << 10

// Parse reads a dialect file. What it leaves out is as the specification says.
// name stands in errors, which give line, column and what is allowed there, in
// one line.
func Parse(name string, text []byte) (*Dialect, error) {
	r := reader{name: name, d: Spec("")}
	if len(text) > mostBytes {
		return nil, fmt.Errorf("%s: more than %d KiB are no dialect", name, mostBytes>>10)
	}
	if line := tooDeep(text); line > 0 {
		return nil, fmt.Errorf("%s:%d: this is nested deeper than a dialect is", name, line)
	}
	file, err := parser.ParseBytes(bytes.TrimPrefix(text, []byte("\ufeff")), 0)
	var syntax *yaml.SyntaxError
	switch {
	case errors.As(err, &syntax):
		return nil, r.wrong(syntax.GetToken(), "%s", syntax.GetMessage())
	case err != nil:
		return nil, fmt.Errorf("%s: %w", name, err)
	case len(file.Docs) > 1 && file.Docs[1].Body != nil:
		return nil, r.wrong(file.Docs[1].Body.GetToken(), "a second document; a file is one dialect")
	}
	if len(file.Docs) == 0 || file.Docs[0].Body == nil {
		return nil, fmt.Errorf("%s: there is nothing in it; chatspec probe ADDRESS --write FILE writes one", name)
	}
	names := []string{"accounts"}
	sections := map[string]func(ast.Node) error{"accounts": r.accounts}
	for i := len(schema) - 1; i >= 0; i-- {
		s := &schema[i]
		names = append([]string{s.name}, names...)
		sections[s.name] = func(n ast.Node) error { return r.section(s, n) }
	}
	if err := r.mapping(file.Docs[0].Body, "a dialect", names, sections); err != nil {
		return nil, err
	}
	if len(r.d.Accounts) > 0 && r.d.Form("register") != Letter("register") {
		return nil, fmt.Errorf("%s: accounts are for a server without register, and commands has a form for register: leave one out", name)
	}
	if results := &r.d.Results; results.Success == results.Key("", false) {
		results.Success = ""
	}
	return r.d, nil
}

// mostDeep is how deep lists may stand in lists, brackets in texts included. The
// parser takes time that grows with the square of it.
const mostDeep = 64

// tooDeep gives the line in which a file goes deeper; 0 where none does.
func tooDeep(text []byte) int {
	open, n := 0, 0
	for line := range bytes.Lines(text) {
		n++
		items := 0
		for rest := bytes.TrimLeft(line, " "); bytes.HasPrefix(rest, []byte("-")); rest = bytes.TrimLeft(rest[1:], " \t") {
			items++
		}
		for _, c := range line {
			switch c {
			case '[', '{':
				open++
			case ']', '}':
				open = max(open-1, 0)
			}
			if open+items > mostDeep {
				return n
			}
		}
	}
	return 0
}

type reader struct {
	name string
	d    *Dialect
}

func (r *reader) wrong(at *token.Token, format string, args ...any) error {
	where := r.name
	if at != nil && at.Position != nil {
		where = fmt.Sprintf("%s:%d:%d", r.name, at.Position.Line, at.Position.Column)
	}
	return fmt.Errorf("%s: %s", where, strings.Join(strings.Fields(fmt.Sprintf(format, args...)), " "))
}

// mapping reads a mapping, each key once and none but names.
func (r *reader) mapping(n ast.Node, what string, names []string, read map[string]func(ast.Node) error) error {
	var values []*ast.MappingValueNode
	switch m := n.(type) {
	case *ast.MappingNode:
		values = m.Values
	case *ast.MappingValueNode:
		values = []*ast.MappingValueNode{m}
	default:
		return r.wrong(n.GetToken(), "%s is a list of keys and values; the keys are %s", what, strings.Join(names, ", "))
	}
	seen := map[string]bool{}
	for _, v := range values {
		at := v.Key.GetToken()
		name := at.Value
		set, known := read[name]
		switch {
		case !known:
			return r.wrong(at, "no key is called %q; the keys of %s are %s", name, what, strings.Join(names, ", "))
		case seen[name]:
			return r.wrong(at, "%s stands twice", name)
		}
		seen[name] = true
		if err := set(v.Value); err != nil {
			return err
		}
	}
	return nil
}

func (r *reader) section(s *section, n ast.Node) error {
	var names []string
	read := map[string]func(ast.Node) error{}
	for _, k := range s.keys {
		names = append(names, k.name)
		read[k.name] = func(n ast.Node) error {
			text, err := r.scalar(n, k.name)
			if err != nil {
				return err
			}
			if err := k.set(r.d, text); err != nil {
				return r.wrong(n.GetToken(), "%s cannot be %s: %v", k.name, quote(text), err)
			}
			return nil
		}
	}
	return r.mapping(n, s.name, names, read)
}

// scalar is a text. One that YAML takes for a number or the like is what was
// written.
func (r *reader) scalar(n ast.Node, name string) (string, error) {
	switch s := n.(type) {
	case *ast.StringNode:
		return s.Value, nil
	case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode:
		return n.GetToken().Value, nil
	}
	return "", r.wrong(n.GetToken(), "%s needs a text; in quotes, it may be empty", name)
}

func (r *reader) accounts(n ast.Node) error {
	list, ok := n.(*ast.SequenceNode)
	if !ok {
		return r.wrong(n.GetToken(), "accounts is a list, each with user and password")
	}
	taken := map[string]bool{}
	for _, item := range list.Values {
		var a Account
		word := func(name string, at *string) func(ast.Node) error {
			return func(n ast.Node) error {
				text, err := r.scalar(n, name)
				if err == nil && (text == "" || len(strings.Fields(text)) != 1 || strings.TrimSpace(text) != text || oneLine(text) != nil) {
					err = r.wrong(n.GetToken(), "%s cannot be %s: it is one word", name, quote(text))
				}
				*at = text
				return err
			}
		}
		err := r.mapping(item, "an account", []string{"user", "password"}, map[string]func(ast.Node) error{
			"user": word("user", &a.User), "password": word("password", &a.Password),
		})
		switch {
		case err != nil:
			return err
		case a.User == "" || a.Password == "":
			return r.wrong(item.GetToken(), "an account needs user and password")
		case taken[a.User]:
			return r.wrong(item.GetToken(), "the user %s stands twice", quote(a.User))
		}
		taken[a.User] = true
		r.d.Accounts = append(r.d.Accounts, a)
	}
	return nil
}
