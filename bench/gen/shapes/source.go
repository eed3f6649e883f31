package main

import (
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"slices"
	"strconv"
	"strings"
)

// masks are the fields of Window, in their order.
var masks = []string{"Digit", "Upper", "Lower", "Word", "Hex", "High", "At", "Space", "Dot", "Hyphen", "Colon", "Slash", "Plus", "Zero", "Gap"}

// source is what the program reads of the package: its functions, and the
// variables that hold detectors with a shape.
type source struct {
	functions map[string]*ast.FuncDecl
	detectors []declaration
}

type declaration struct{ variable, shape string }

func load(dir string) (*source, error) {
	files := token.NewFileSet()
	pkgs, err := parser.ParseDir(files, dir, func(f fs.FileInfo) bool {
		return !strings.HasSuffix(f.Name(), "_test.go") && f.Name() != "shapes_gen.go"
	}, parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	s := &source{functions: map[string]*ast.FuncDecl{}}
	for _, pkg := range pkgs {
		for _, f := range pkg.Files {
			s.file(f)
		}
	}
	slices.SortFunc(s.detectors, func(a, b declaration) int { return strings.Compare(a.variable, b.variable) })
	return s, nil
}

func (s *source) file(f *ast.File) {
	for _, d := range f.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			if d.Recv == nil {
				s.functions[d.Name.Name] = d
			}
		case *ast.GenDecl:
			for _, spec := range d.Specs {
				if v, ok := spec.(*ast.ValueSpec); ok && d.Tok == token.VAR && len(v.Values) == 1 {
					s.variable(v.Names[0].Name, v.Values[0])
				}
			}
		}
	}
}

// variable notes "var x = Detector{… Shape: f …}".
func (s *source) variable(name string, value ast.Expr) {
	lit, ok := value.(*ast.CompositeLit)
	if !ok {
		return
	}
	if t, ok := lit.Type.(*ast.Ident); !ok || t.Name != "Detector" {
		return
	}
	for _, e := range lit.Elts {
		kv, ok := e.(*ast.KeyValueExpr)
		if !ok || kv.Key.(*ast.Ident).Name != "Shape" {
			continue
		}
		if f, ok := kv.Value.(*ast.Ident); ok {
			s.detectors = append(s.detectors, declaration{name, f.Name})
		}
	}
}

// frame is one call under evaluation: its variables, and the name of the one
// that is the window.
type frame struct {
	s    *source
	g    *graph
	vars map[string]*node
	win  map[string]bool
	deep int
	// guard is what the last short cut tested; nil without one.
	guard *node
}

var errForm = errors.New("not made of assignments, operators, calls and one return")

func (s *source) evaluate(g *graph, function string) (*node, error) {
	return s.call(g, function, nil, 0)
}

// call evaluates a function for arguments; nil stands for the window.
func (s *source) call(g *graph, name string, args []*node, deep int) (*node, error) {
	f := s.functions[name]
	if f == nil || deep > 8 {
		return nil, fmt.Errorf("call of %s", name)
	}
	fr := &frame{s: s, g: g, vars: map[string]*node{}, win: map[string]bool{}, deep: deep}
	i := 0
	for _, field := range f.Type.Params.List {
		for _, n := range field.Names {
			if i >= len(args) || args[i] == nil {
				fr.win[n.Name] = true
			} else {
				fr.vars[n.Name] = args[i]
			}
			i++
		}
	}
	for _, st := range f.Body.List {
		n, err := fr.statement(st)
		if n != nil || err != nil {
			return n, err
		}
	}
	return nil, errForm
}

// statement returns the value of a return. "if x == 0 { return 0 }" is taken
// for a short cut that changes nothing, which a test holds: the Go code takes
// it, the vector kernels do not.
func (f *frame) statement(st ast.Stmt) (*node, error) {
	switch st := st.(type) {
	case *ast.ReturnStmt:
		if len(st.Results) == 1 {
			v, err := f.expr(st.Results[0])
			if err == nil && f.guard != nil {
				v = f.g.binary(opIf, v, f.guard)
			}
			return v, err
		}
	case *ast.IfStmt:
		if f.shortCut(st) {
			v, err := f.expr(st.Cond.(*ast.BinaryExpr).X)
			f.guard = v
			return nil, err
		}
	case *ast.AssignStmt:
		return nil, f.assign(st)
	}
	return nil, errForm
}

func (f *frame) shortCut(st *ast.IfStmt) bool {
	c, ok := st.Cond.(*ast.BinaryExpr)
	if !ok || c.Op != token.EQL || st.Init != nil || st.Else != nil || len(st.Body.List) != 1 {
		return false
	}
	r, ok := st.Body.List[0].(*ast.ReturnStmt)
	return ok && len(r.Results) == 1 && isZero(c.Y) && isZero(r.Results[0])
}

func isZero(e ast.Expr) bool {
	l, ok := e.(*ast.BasicLit)
	return ok && l.Value == "0"
}

func (f *frame) assign(st *ast.AssignStmt) error {
	if len(st.Lhs) != len(st.Rhs) {
		return errForm
	}
	values := make([]*node, len(st.Rhs))
	for i, e := range st.Rhs {
		v, err := f.expr(e)
		if err != nil {
			return err
		}
		values[i] = v
	}
	for i, e := range st.Lhs {
		name, ok := e.(*ast.Ident)
		if !ok {
			return errForm
		}
		v := values[i]
		switch st.Tok {
		case token.DEFINE, token.ASSIGN:
		case token.AND_ASSIGN:
			v = f.g.binary(opAnd, f.vars[name.Name], v)
		case token.AND_NOT_ASSIGN:
			v = f.g.binary(opAndNot, f.vars[name.Name], v)
		case token.OR_ASSIGN:
			v = f.g.binary(opOr, f.vars[name.Name], v)
		case token.XOR_ASSIGN:
			v = f.g.binary(opXor, f.vars[name.Name], v)
		default:
			return errForm
		}
		f.vars[name.Name] = v
	}
	return nil
}

func (f *frame) expr(e ast.Expr) (*node, error) {
	switch e := e.(type) {
	case *ast.ParenExpr:
		return f.expr(e.X)
	case *ast.Ident:
		if v := f.vars[e.Name]; v != nil {
			return v, nil
		}
	case *ast.BasicLit:
		v, err := strconv.ParseUint(e.Value, 0, 64)
		return f.g.constant(v), err
	case *ast.SelectorExpr:
		if x, ok := e.X.(*ast.Ident); ok && f.win[x.Name] {
			if i := slices.Index(masks, e.Sel.Name); i >= 0 {
				return f.g.mask(i), nil
			}
		}
	case *ast.UnaryExpr:
		x, err := f.expr(e.X)
		if err == nil && e.Op == token.XOR {
			return f.g.not(x), nil
		}
	case *ast.CallExpr:
		return f.callExpr(e)
	case *ast.BinaryExpr:
		return f.binary(e)
	}
	return nil, errForm
}

func (f *frame) callExpr(e *ast.CallExpr) (*node, error) {
	name, ok := e.Fun.(*ast.Ident)
	if !ok {
		return nil, errForm
	}
	var args []*node
	for _, a := range e.Args {
		if x, ok := a.(*ast.Ident); ok && f.win[x.Name] {
			args = append(args, nil)
			continue
		}
		v, err := f.expr(a)
		if err != nil {
			return nil, err
		}
		args = append(args, v)
	}
	return f.s.call(f.g, name.Name, args, f.deep+1)
}

func (f *frame) binary(e *ast.BinaryExpr) (*node, error) {
	a, err := f.expr(e.X)
	if err != nil {
		return nil, err
	}
	b, err := f.expr(e.Y)
	if err != nil {
		return nil, err
	}
	switch e.Op {
	case token.AND:
		return f.g.binary(opAnd, a, b), nil
	case token.OR:
		return f.g.binary(opOr, a, b), nil
	case token.XOR:
		return f.g.binary(opXor, a, b), nil
	case token.AND_NOT:
		return f.g.binary(opAndNot, a, b), nil
	case token.SHR, token.SHL:
		if b.op != opConst {
			return nil, errForm
		}
		if e.Op == token.SHR {
			return f.g.shift(opShr, a, b.k), nil
		}
		return f.g.shift(opShl, a, b.k), nil
	}
	return nil, errForm
}
