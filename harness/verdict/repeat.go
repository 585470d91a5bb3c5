package verdict

// Unstable is a requirement whose verdict differed between runs.
type Unstable struct {
	Requirement string
	Verdicts    Counts // how often each was given
}

// Repeats joins the reports of runs against one target. It keeps one of them:
// the one with the most failures, the first of these. The zero value is ready.
type Repeats struct {
	runs   int
	worst  *Report
	weight int
	order  []string
	counts map[string]Counts
}

// Add takes the report of the next run.
func (p *Repeats) Add(r *Report) {
	if p.counts == nil {
		p.counts = map[string]Counts{}
	}
	p.runs++
	weight := 0
	for _, j := range r.Requirements {
		if p.counts[j.ID] == nil {
			p.counts[j.ID] = Counts{}
			p.order = append(p.order, j.ID)
		}
		p.counts[j.ID][j.Status]++
		if j.Status == Fail {
			weight++
		}
	}
	if r.Untestable {
		weight = 1 << 30
	}
	if p.worst == nil || weight > p.weight {
		p.worst, p.weight = r, weight
	}
}

// Report gives the report that was kept, with what differed in Unstable. That
// something can be judged only once (what a first run leaves behind) is no
// difference: only a failure that did not come every time is. It is nil where
// there was no run.
func (p *Repeats) Report() *Report {
	if p.runs < 2 {
		return p.worst
	}
	p.worst.Runs = p.runs
	for _, id := range p.order {
		if n := p.counts[id][Fail]; n > 0 && n < p.runs {
			p.worst.Unstable = append(p.worst.Unstable, Unstable{Requirement: id, Verdicts: p.counts[id]})
		}
	}
	return p.worst
}
