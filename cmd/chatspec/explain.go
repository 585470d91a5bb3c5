package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/protokol-chat/chatspec"
	"github.com/protokol-chat/chatspec/harness"
	"github.com/protokol-chat/chatspec/harness/report"
	"github.com/protokol-chat/chatspec/harness/verdict"
)

const explainHelp = `Say everything about a requirement: its level, what it asks in both languages, the
specification's own words with the line it rests on marked », the scenarios that show
it, how a correct server passes it (a real exchange with the reference server), and
what the specification leaves open around it, where every reading passes.`

// Words of explain, in both languages.
var (
	wordSpec      = verdict.Textf("Specification", "Spesifikasi")
	wordNoSpec    = verdict.Textf("It rests on no line of the specification: a server that fails it falls over in use.", "Tidak bersandar pada baris spesifikasi mana pun: server yang gagal di sini akan jatuh saat dipakai.")
	wordScenarios = verdict.Textf("Scenarios", "Skenario")
	wordNone      = verdict.Textf("none yet", "belum ada")
	wordExchange  = verdict.Textf("How the reference server passes it", "Cara server acuan lulus")
	wordNotJudged = verdict.Textf("It cannot be shown here", "Tidak dapat ditunjukkan di sini")
	wordOpen      = verdict.Textf("Left open around it; every reading passes", "Yang dibiarkan terbuka di sekitarnya; setiap tafsiran lulus")
)

func newExplain(a *app) *cobra.Command {
	var lang string
	cmd := &cobra.Command{
		Use:     "explain ID",
		Short:   "Explain a requirement",
		Long:    explainHelp,
		Example: "  chatspec explain SEND-5\n  chatspec explain inbox-3 --lang id",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 {
				return fmt.Errorf("chatspec explain takes the ID of one requirement, such as SEND-5; see chatspec list")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			language, err := a.language(lang)
			if err != nil {
				return err
			}
			known, err := registry()
			if err != nil {
				return err
			}
			q, ok := known.Lookup(args[0])
			if !ok {
				return fmt.Errorf("no requirement is called %q%s; see chatspec list", args[0], meant(nearIDs(known, args[0])))
			}
			text, err := explain(cmd.Context(), a, q, language)
			if err != nil {
				return internal(err)
			}
			_, err = a.out.Write([]byte(text))
			return internal(err)
		},
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			known, err := registry()
			if err != nil {
				return nil, cobra.ShellCompDirectiveError
			}
			return ids(known), cobra.ShellCompDirectiveNoFileComp
		},
	}
	addLang(cmd, &lang)
	return cmd
}

func ids(known *verdict.Registry) (ids []string) {
	for _, q := range known.All() {
		ids = append(ids, q.ID)
	}
	return ids
}

// nearIDs gives the ids that someone who typed word may have meant: those of
// the area, where it names one.
func nearIDs(known *verdict.Registry, word string) []string {
	area, _, _ := strings.Cut(strings.ToUpper(word), "-")
	var own []string
	for _, q := range known.All() {
		if q.Area == area {
			own = append(own, q.ID)
		}
	}
	if len(own) > 0 {
		return []string{own[0] + " to " + own[len(own)-1]}
	}
	return nearest(word, ids(known))
}

func explain(ctx context.Context, a *app, q verdict.Requirement, lang verdict.Lang) (string, error) {
	var b strings.Builder
	heading := func(t verdict.Text) { fmt.Fprintf(&b, "\n%s\n", t.In(lang)) }
	fmt.Fprintf(&b, "%s %s\n  %s\n  %s\n", q.ID, q.Level, q.Title.EN, q.Title.ID)

	heading(wordSpec)
	sections := verdict.Quote(chatspec.Spec, q)
	for i, s := range sections {
		if i > 0 {
			b.WriteByte('\n')
		}
		for j, line := range s.Lines {
			mark := "  "
			if j == s.Mark {
				mark = "» "
			}
			b.WriteString(strings.TrimRight(mark+line, " ") + "\n")
		}
	}
	if q.Source == "—" {
		b.WriteString("  " + wordNoSpec.In(lang) + "\n")
	}

	list, err := listAll([]verdict.Requirement{q})
	if err != nil {
		return "", err
	}
	heading(wordScenarios)
	for _, s := range list[0].Scenarios {
		fmt.Fprintf(&b, "  %s:%d\n%s\n", s.URI, s.Line, indent(s.text, "    "))
	}
	if len(list[0].Scenarios) == 0 {
		b.WriteString("  " + wordNone.In(lang) + "\n")
	} else {
		heading(wordExchange)
		if err := exchange(ctx, a, &b, q, lang); err != nil {
			return "", err
		}
	}

	if points := verdict.OpenPoints(chatspec.Spec, q.Area); len(points) > 0 {
		heading(wordOpen)
		for _, p := range points {
			fmt.Fprintf(&b, "  %s: %s\n", p.Point.In(lang), p.Readings.In(lang))
		}
	}
	return b.String(), nil
}

// exchange shows what really goes over the wire when the reference server is
// judged on q.
func exchange(ctx context.Context, a *app, b *strings.Builder, q verdict.Requirement, lang verdict.Lang) error {
	target, stop, err := startSelf(asIs)
	if err != nil {
		return err
	}
	defer func() { _ = stop() }()
	r, err := a.run(ctx, target, harness.Options{Level: q.Level, Gate: q.Level, Only: q.ID, Seed: 1})
	if err != nil {
		return err
	}
	reason := r.Stopped
	for _, s := range r.Scenarios {
		if s.Requirement == q.ID && s.Status == verdict.Pass && len(s.Transcript) > 0 {
			return report.Transcript(b, s.Transcript, lang, style(a.out, a.getenv))
		}
	}
	for _, j := range r.Requirements {
		if j.ID == q.ID && reason.IsZero() {
			reason = j.Reason
		}
	}
	fmt.Fprintf(b, "  %s: %s\n", wordNotJudged.In(lang), reason.In(lang))
	return nil
}

func indent(text, by string) string {
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		if line != "" {
			lines[i] = by + line
		}
	}
	return strings.Join(lines, "\n")
}
