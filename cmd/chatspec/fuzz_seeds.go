package main

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/protokol-chat/chatspec/fuzz/corpus"
	"github.com/protokol-chat/chatspec/fuzz/record"
	"github.com/protokol-chat/chatspec/fuzz/script"
	"github.com/protokol-chat/chatspec/harness/report"
	"github.com/protokol-chat/chatspec/harness/verdict"
)

// readSeeds reads what --seeds names. Files in a folder that do not parse are
// named and left out; a file that is named itself has to parse.
func readSeeds(w io.Writer, paths []string) ([]*script.Script, error) {
	var all []*script.Script
	for _, path := range paths {
		if filepath.Ext(path) == ".json" {
			found, err := transcripts(path)
			if err != nil {
				return nil, fmt.Errorf("--seeds: %w", err)
			}
			all = append(all, found...)
			continue
		}
		found, bad, err := corpus.Read(path)
		if err != nil {
			return nil, fmt.Errorf("--seeds: %w", err)
		}
		for _, u := range bad {
			fmt.Fprintf(w, "chatspec: left out: %s: %s\n", report.Visible(u.Path), report.Visible(u.Err.Error()))
		}
		all = append(all, found...)
	}
	return all, nil
}

// transcripts makes sessions of those in a JSON report.
func transcripts(path string) ([]*script.Script, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var r struct {
		Schema    string `json:"schema"`
		Scenarios []struct {
			Transcript []struct {
				Conn   string      `json:"conn"`
				Dir    verdict.Dir `json:"dir"`
				Text   string      `json:"text"`
				Base64 string      `json:"base64"`
			} `json:"transcript"`
		} `json:"scenarios"`
	}
	if err := json.Unmarshal(text, &r); err != nil || r.Schema != report.Schema {
		return nil, fmt.Errorf("%s is no JSON report of chatspec", path)
	}
	var all []*script.Script
	for _, s := range r.Scenarios {
		var events []verdict.Event
		for _, e := range s.Transcript {
			data := []byte(e.Text)
			if e.Base64 != "" {
				if data, err = base64.StdEncoding.DecodeString(e.Base64); err != nil {
					return nil, fmt.Errorf("%s: %w", path, err)
				}
			}
			events = append(events, verdict.Event{Conn: e.Conn, Dir: e.Dir, Data: data})
		}
		if one := record.Script(events); one != nil {
			all = append(all, one)
		}
	}
	return all, nil
}
