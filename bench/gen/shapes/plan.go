package main

// Short cuts in the AVX2 kernel. Four windows share a branch there, so only what
// saves many operations is worth one: the rest of the conditions is left out.

// worthABranch is how many operations a short cut must save.
const worthABranch = 12

// step is one of a plan: what the compiler writes next.
type step struct {
	kind   stepKind
	node   *node
	output int     // of stepStore
	values []*node // of stepOpen: what is zero when the block is left out
}

type stepKind uint8

const (
	stepCompute stepKind = iota // the node
	stepStore                   // the node as an output
	stepOpen                    // a block that is left out when the node is zero
	stepValue                   // the node, in a block: one of its values
	stepClose
)

// straight is the plan without short cuts.
func straight(outputs []output) (steps []step) {
	schedule(outputs, func(n *node) {
		if !n.leaf() {
			steps = append(steps, step{kind: stepCompute, node: n})
		}
	}, func(i int) {
		steps = append(steps, step{kind: stepStore, node: outputs[i].value, output: i})
	})
	return steps
}

// planner makes a plan with the blocks of emitGo.
type planner struct {
	*blocks
	steps []step
}

// withBlocks is the plan with the short cuts that are worth it.
func withBlocks(g *graph, outputs []output) []step {
	first := newBlocks(nil, outputs)
	keep := map[*node]bool{}
	for _, values := range first.inside {
		seen, weight := map[*node]bool{}, 0
		for _, v := range values {
			weight += first.weigh(v.a, seen)
		}
		if weight >= worthABranch {
			for _, v := range values {
				keep[v] = true
			}
		}
	}
	done := map[*node]*node{}
	var kept []output
	for _, o := range outputs {
		kept = append(kept, output{o.variable, g.flatten(o.value, keep, done)})
	}
	p := &planner{blocks: newBlocks(nil, kept)}
	for i, o := range kept {
		p.visit(o.value)
		p.store(i)
	}
	return p.steps
}

// weigh counts the operations that only a block needs.
func (e *blocks) weigh(n *node, seen map[*node]bool) int {
	if n == nil || seen[n] || e.outside[n] || n.leaf() || n.op == opConst {
		return 0
	}
	seen[n] = true
	return 1 + e.weigh(n.a, seen) + e.weigh(n.b, seen)
}

// flatten is n with those conditions only that are to be kept.
func (g *graph) flatten(n *node, keep map[*node]bool, done map[*node]*node) *node {
	if n == nil || n.op == opMask || n.op == opConst {
		return n
	}
	if p := done[n]; p != nil {
		return p
	}
	a := g.flatten(n.a, keep, done)
	p := a
	switch {
	case n.op == opIf && keep[n]:
		// Conditions within are not taken.
		p = g.binary(opIf, g.plain(n.a, map[*node]*node{}), g.plain(n.b, map[*node]*node{}))
	case n.op == opIf:
	case n.op == opNot:
		p = g.not(a)
	case n.op == opShr || n.op == opShl:
		p = g.shift(n.op, a, n.k)
	default:
		p = g.binary(n.op, a, g.flatten(n.b, keep, done))
	}
	done[n] = p
	return p
}

func (p *planner) add(s step) { p.steps = append(p.steps, s) }

func (p *planner) visit(n *node) {
	if n == nil || p.done[n] {
		return
	}
	p.done[n] = true
	if n.op == opIf {
		p.block(n.b)
		return
	}
	p.visit(n.a)
	p.visit(n.b)
	p.compute(n)
}

func (p *planner) compute(n *node) {
	if !n.leaf() && n.op != opConst {
		p.add(step{kind: stepCompute, node: n})
	}
}

func (p *planner) store(i int) {
	if !p.stored[i] {
		p.stored[i] = true
		p.add(step{kind: stepStore, node: p.outputs[i].value, output: i})
	}
}

// block plans all that hangs on a condition.
func (p *planner) block(condition *node) {
	values := p.inside[condition]
	p.visit(condition)
	seen := map[*node]bool{}
	for _, v := range values {
		p.done[v] = true
	}
	var needed []*node
	for _, v := range values {
		p.needs(v.a, seen)
		if !p.only(v) {
			needed = append(needed, v)
		}
	}
	p.add(step{kind: stepOpen, node: condition, values: needed})
	local := map[*node]bool{}
	for _, v := range values {
		p.local(v.a, local)
		if !p.only(v) {
			p.add(step{kind: stepValue, node: v})
			continue
		}
		for i, o := range p.outputs {
			if o.value == v {
				p.stored[i] = true
				p.add(step{kind: stepStore, node: v.a, output: i})
			}
		}
	}
	p.add(step{kind: stepClose})
}

// needs plans those nodes that n needs and that are outside of all blocks.
func (p *planner) needs(n *node, seen map[*node]bool) {
	if n == nil || seen[n] {
		return
	}
	seen[n] = true
	if p.outside[n] {
		p.visit(n)
		return
	}
	p.needs(n.a, seen)
	p.needs(n.b, seen)
}

// local plans n within a block.
func (p *planner) local(n *node, seen map[*node]bool) {
	if n == nil || seen[n] || p.outside[n] {
		return
	}
	seen[n] = true
	p.local(n.a, seen)
	p.local(n.b, seen)
	p.compute(n)
}
