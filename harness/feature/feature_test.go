package feature

import (
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/protokol-chat/chatspec"
)

func load(text string) ([]Feature, error) {
	return Load(fstest.MapFS{"features/x.feature": {Data: []byte(text)}})
}

func TestLoad(t *testing.T) {
	features, err := load(`# language: id
Fitur: auth
  TUJUAN: masuk
    PARAMETER1: nama

  # tentang aturan pertama
  @AUTH-1 @cepat
  Aturan: Token
    Skenario: satu
      Ketika "budi" masuk
        """
        isi

        # bukan komentar
        """

    # tentang skenario kedua
    @lambat
    Garis-Besar Skenario: <dua>
      Ketika <dua>

      Contoh:
        | dua |
        | x   |

  @AUTH-2
  Aturan: Kurang
    Skenario: tiga
      Maka ya
`)
	require.NoError(t, err)
	assert.Empty(t, cmp.Diff([]Feature{{
		URI: "features/x.feature", Name: "auth", Description: "TUJUAN: masuk\n  PARAMETER1: nama",
		Rules: []Rule{
			{Requirement: "AUTH-1", Name: "Token", Line: 8, Scenarios: []Scenario{
				{Name: "satu", Line: 9, Text: "Skenario: satu\n  Ketika \"budi\" masuk\n    \"\"\"\n    isi\n\n    # bukan komentar\n    \"\"\""},
				{Name: "<dua>", Line: 19, Text: "Garis-Besar Skenario: <dua>\n  Ketika <dua>\n\n  Contoh:\n    | dua |\n    | x   |"},
			}},
			{Requirement: "AUTH-2", Name: "Kurang", Line: 27, Scenarios: []Scenario{
				{Name: "tiga", Line: 28, Text: "Skenario: tiga\n  Maka ya"},
			}},
		},
	}}, features))
}

func TestLoadRefuses(t *testing.T) {
	for name, c := range map[string]struct{ text, want string }{
		"no Gherkin":           {"# language: id\nHalo", "features/x.feature: "},
		"nothing":              {"", "features/x.feature: holds no feature"},
		"outside a rule":       {"# language: id\nFitur: x\n  Skenario: y\n    Maka z\n", "features/x.feature:3: a scenario outside an Aturan"},
		"a rule without a tag": {"# language: id\nFitur: x\n  Aturan: y\n", "features/x.feature:3: an Aturan needs the tag of one requirement, as @AUTH-2, not 0"},
		"two tags":             {"# language: id\nFitur: x\n  @A-1 @A-2\n  Aturan: y\n", "features/x.feature:4: an Aturan needs the tag of one requirement, as @AUTH-2, not 2"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := load(c.text)
			assert.ErrorContains(t, err, c.want)
		})
	}
	_, err := Load(fstest.MapFS{})
	assert.ErrorContains(t, err, "no .feature file")
}

func TestLoadReadsOurOwn(t *testing.T) {
	features, err := Load(chatspec.Features)
	require.NoError(t, err)
	for _, f := range features {
		assert.NotEmpty(t, f.Description, f.URI)
		for _, r := range f.Rules {
			assert.NotEmpty(t, r.Scenarios, "%s:%d", f.URI, r.Line)
		}
	}
}
