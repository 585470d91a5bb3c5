package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/protokol-chat/chatspec/harness/verdict"
	"github.com/protokol-chat/chatspec/reference"
	"github.com/protokol-chat/chatspec/reference/variant"
)

// vary makes a configuration one with faults and readings.
func vary(config reference.Config, faults, readings []string) (reference.Config, error) {
	for _, name := range faults {
		if slices.ContainsFunc(variant.Readings(), func(r variant.Reading) bool { return r.Name == name }) {
			return config, fmt.Errorf("%q is a reading, no fault: write --reading %[1]s", name)
		}
	}
	for _, name := range readings {
		if slices.ContainsFunc(variant.Faults(), func(f variant.Fault) bool { return f.Name == name }) {
			return config, fmt.Errorf("%q is a fault, no reading: write --fault %[1]s", name)
		}
	}
	return variant.Apply(config, slices.Concat(faults, readings)...)
}

func printFaults(a *app, lang verdict.Lang) error {
	var b strings.Builder
	area := ""
	for _, f := range variant.Faults() {
		if area != "" && area != f.Area() {
			b.WriteByte('\n')
		}
		area = f.Area()
		fmt.Fprintf(&b, "%-28s %s\n%29s%s\n", f.Name, verdict.Text{EN: f.EN, ID: f.ID}.In(lang), "", strings.Join(f.Breaks, " "))
	}
	_, err := a.out.Write([]byte(b.String()))
	return err
}

func printReadings(a *app, lang verdict.Lang) error {
	var b strings.Builder
	for _, r := range variant.Readings() {
		fmt.Fprintf(&b, "%-28s %s\n", r.Name, verdict.Text{EN: r.EN, ID: r.ID}.In(lang))
	}
	_, err := a.out.Write([]byte(b.String()))
	return err
}
