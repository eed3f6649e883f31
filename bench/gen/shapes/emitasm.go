package main

import (
	"bytes"
	"fmt"
	"maps"
)

// Places in the batch of the engine, in bytes (detectors/batch.go).
const (
	batchWindows = 64
	groupBytes   = 15 * 8 * 8 // masks of a group
	masksOffset  = 4 * batchWindows
	outOffset    = masksOffset + groupBytes*batchWindows/8
	outBytes     = 8 * batchWindows // of one shape
)

// isa is an instruction set as far as shapes need it.
type isa struct {
	name   string
	reg    byte // 'Z' or 'Y'
	regs   int
	suffix string // of logical instructions: VPANDQ, VPAND
	move   string
	bytes  int
	// memShift says that shifts take their operand from memory.
	memShift bool
}

var (
	avx512 = isa{"AVX512", 'Z', 31, "Q", "VMOVDQU64", 64, true}
	avx2   = isa{"AVX2", 'Y', 15, "", "VMOVDQU", 32, false}
)

// emitAMD64 writes the vector kernels. blocks is a plan with short cuts; mayHold is a function of the bits of bytes.
func emitAMD64(outputs []output, blocks []step, mayHold output) []byte {
	var b bytes.Buffer
	b.WriteString(notice + "#include \"textflag.h\"\n")
	emitConstants(&b)
	emitFilterAVX512(&b)
	emitBatchAVX512(&b, ternary(outputs))
	emitBatchGFNI(&b, ternary(outputs))
	emitFilterAVX2(&b)
	emitSharpenAVX2(&b, mayHold)
	emitBatchAVX2(&b, outputs, blocks)
	emitWordsAVX512(&b)
	emitWordsAVX2(&b)
	return b.Bytes()
}

// compiler writes the code of the shapes: every node once, values in registers,
// the one needed last moved to the stack when there are no more.
type compiler struct {
	isa
	b       *bytes.Buffer
	base    string          // where the masks lie
	offset  int             // of the lanes in a row of masks
	frame   string          // where the stack begins
	stack   int             // bytes on the stack in front of the slots
	uses    map[*node][]int // places in the schedule that need a node
	place   int             // now
	in      map[*node]int   // register of a node
	holds   map[int]*node   // and back
	pinned  map[int]bool    // registers of the instruction being written
	slots   map[*node]int   // on the stack
	ones    int             // register of all ones
	outputs []output
	steps   []step
	label   string        // of the end of the block being written
	before  map[*node]int // registers in front of it
}

func newCompiler(b *bytes.Buffer, i isa, outputs []output, offset int) *compiler {
	c := &compiler{isa: i, b: b, base: "DX", frame: "SP", offset: offset, uses: map[*node][]int{}, in: map[*node]int{}, holds: map[int]*node{},
		pinned: map[int]bool{}, slots: map[*node]int{}, ones: i.regs, outputs: outputs}
	c.follow(straight(outputs))
	return c
}

// follow takes the steps of a plan.
func (c *compiler) follow(steps []step) {
	c.steps, c.uses = steps, map[*node][]int{}
	for i, s := range steps {
		at := i + 1
		switch s.kind {
		case stepCompute:
			c.use(s.node.a, at)
			c.use(s.node.b, at)
			c.use(s.node.c, at)
		case stepStore, stepOpen:
			c.use(s.node, at)
		case stepValue:
			c.use(s.node.a, at)
		}
	}
}

func (c *compiler) use(n *node, at int) {
	if n != nil {
		c.uses[n] = append(c.uses[n], at)
	}
}

func (c *compiler) line(format string, args ...any) { fmt.Fprintf(c.b, "\t"+format+"\n", args...) }

func (c *compiler) name(r int) string { return fmt.Sprintf("%c%d", c.reg, r) }

// shapes writes all shapes; store writes what is done with
// output i, its decided positions in register r.
func (c *compiler) shapes(store func(i int, r string)) {
	c.line("VPCMPEQB Y%d, Y%d, Y%d", c.ones, c.ones, c.ones)
	if c.reg == 'Z' {
		c.b.Truncate(c.b.Len() - len(fmt.Sprintf("\tVPCMPEQB Y%d, Y%d, Y%d\n", c.ones, c.ones, c.ones)))
		c.line("VPTERNLOGQ $255, Z%d, Z%d, Z%d", c.ones, c.ones, c.ones)
	}
	c.emit(func(i, r int) {
		decided := c.register()
		c.line("VPAND%s c_decided<>(SB), %s, %s", c.suffix, c.name(r), c.name(decided))
		store(i, c.name(decided))
	})
}

// emit writes all values; store writes what is done with output i in register r.
func (c *compiler) emit(store func(i, r int)) {
	for _, s := range c.steps {
		c.place++
		switch n := s.node; s.kind {
		case stepCompute:
			c.compute(n)
			c.release(n.a)
			c.release(n.b)
			c.release(n.c)
		case stepStore:
			store(s.output, c.load(n))
			c.release(n)
		case stepOpen:
			c.open(n, s.values)
		case stepValue:
			c.line("%s %s, %s", c.move, c.name(c.load(n.a)), c.slot(c.slots[n]))
			c.release(n.a)
		case stepClose:
			c.close()
		}
		clear(c.pinned)
	}
}

// open begins a block that is left out when n is zero; then its values are zero.
// All that is still needed is on the stack first: registers may change within.
func (c *compiler) open(n *node, values []*node) {
	condition := c.load(n)
	for r := range c.regs {
		m := c.holds[r]
		if m == nil || m.leaf() || len(c.pending(m)) == 0 {
			continue
		}
		if _, ok := c.slots[m]; !ok {
			c.slots[m] = len(c.slots)
			c.line("%s %s, %s", c.move, c.name(r), c.slot(c.slots[m]))
		}
	}
	if len(values) > 0 {
		zero := c.name(c.register())
		c.line("VPXOR %s, %s, %s", zero, zero, zero)
		for _, v := range values {
			c.slots[v] = len(c.slots)
			c.line("%s %s, %s", c.move, zero, c.slot(c.slots[v]))
		}
	}
	c.label = fmt.Sprintf("block%d_%d", c.offset, c.place)
	c.line("VPTEST %s, %s", c.name(condition), c.name(condition))
	c.line("JEQ %s", c.label)
	c.release(n)
	c.before = maps.Clone(c.in)
}

// close ends a block: what lay in a register in front of it and still does stays.
func (c *compiler) close() {
	fmt.Fprintf(c.b, "%s:\n", c.label)
	for n, r := range maps.Clone(c.in) {
		if before, ok := c.before[n]; !ok || before != r {
			c.free(n)
		}
	}
}

// pending are the uses of n that are still to come.
func (c *compiler) pending(n *node) []int {
	u := c.uses[n]
	for len(u) > 0 && u[0] <= c.place {
		u = u[1:]
	}
	return u
}

func (c *compiler) release(n *node) {
	if n != nil && len(c.pending(n)) == 0 {
		c.free(n)
	}
}

func (c *compiler) free(n *node) {
	if r, ok := c.in[n]; ok {
		delete(c.in, n)
		delete(c.holds, r)
	}
}

// register returns a free register, and pins it.
func (c *compiler) register() int {
	victim, farthest := -1, -1
	for r := range c.regs {
		n := c.holds[r]
		if n == nil && !c.pinned[r] {
			c.pinned[r] = true
			return r
		}
		if c.pinned[r] {
			continue
		}
		next := 1 << 30
		if p := c.pending(n); len(p) > 0 {
			next = p[0]
		}
		if n.leaf() {
			next += 1000 // cheap to compute again
		}
		if next > farthest {
			victim, farthest = r, next
		}
	}
	n := c.holds[victim]
	if _, ok := c.slots[n]; !ok && !n.leaf() {
		c.slots[n] = len(c.slots)
		c.line("%s %s, %s", c.move, c.name(victim), c.slot(c.slots[n]))
	}
	c.free(n)
	c.pinned[victim] = true
	return victim
}

func (c *compiler) mask(n *node) string { return fmt.Sprintf("%d(%s)", int(n.k)*64+c.offset, c.base) }

func (c *compiler) slot(i int) string { return fmt.Sprintf("%d(%s)", c.stack+i*c.bytes, c.frame) }

// load returns the register that holds n, pinned.
func (c *compiler) load(n *node) int {
	if r, ok := c.in[n]; ok {
		c.pinned[r] = true
		return r
	}
	r := c.register()
	slot, spilled := c.slots[n]
	switch {
	case spilled:
		c.line("%s %s, %s", c.move, c.slot(slot), c.name(r))
	case n.op == opMask:
		c.line("%s %s, %s", c.move, c.mask(n), c.name(r))
	case n.leaf() && c.memShift:
		c.line("%s $%d, %s, %s", shiftName(n), n.k, c.mask(n.a), c.name(r))
	case n.leaf():
		if from, ok := c.in[n.a]; ok {
			c.line("%s $%d, %s, %s", shiftName(n), n.k, c.name(from), c.name(r))
			break
		}
		c.line("%s %s, %s", c.move, c.mask(n.a), c.name(r))
		c.line("%s $%d, %s, %s", shiftName(n), n.k, c.name(r), c.name(r))
	default:
		panic("value lost")
	}
	c.in[n], c.holds[r] = r, n
	return r
}

func shiftName(n *node) string {
	if n.op == opShr {
		return "VPSRLQ"
	}
	return "VPSLLQ"
}

// operand is n in memory where it lies there, else in a register.
func (c *compiler) operand(n *node) string {
	if _, ok := c.in[n]; !ok {
		if slot, ok := c.slots[n]; ok {
			return c.slot(slot)
		}
		if n.op == opMask {
			return c.mask(n)
		}
	}
	return c.name(c.load(n))
}

func (c *compiler) compute(n *node) {
	if n.op == opTern {
		c.computeTernary(n)
		return
	}
	var text string
	switch n.op {
	case opNot:
		text = fmt.Sprintf("VPXOR%s %s, %s", c.suffix, c.operand(n.a), c.name(c.ones))
	case opShr, opShl:
		text = fmt.Sprintf("%s $%d, %s", shiftName(n), n.k, c.name(c.load(n.a)))
	case opAndNot:
		b := c.name(c.load(n.b))
		text = fmt.Sprintf("VPANDN%s %s, %s", c.suffix, c.operand(n.a), b)
	default:
		name := map[op]string{opAnd: "VPAND", opOr: "VPOR", opXor: "VPXOR"}[n.op]
		a, b := n.a, n.b
		if b.op != opMask {
			a, b = b, a // the one in memory last
		}
		first := c.name(c.load(a))
		text = fmt.Sprintf("%s%s %s, %s", name, c.suffix, c.operand(b), first)
	}
	r := c.register()
	c.line("%s, %s", text, c.name(r))
	c.in[n], c.holds[r] = r, n
	clear(c.pinned)
}
