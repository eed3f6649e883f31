package main

import (
	"recense/report/register"
	"recense/scanner"
)

// identityParam names the parameter of a run that tells on which file system a source
// was.
func identityParam(source string) string { return "identity:" + source }

// identities are the file systems of the sources of a job, by parameter.
func (j *job) identities(p map[string]string) {
	for _, s := range j.sources {
		if root := rootOf(j, s.Name()); root != "" {
			if id := identityOf(root); id != "" {
				p[identityParam(s.Name())] = id
			}
		}
	}
}

// another reports whether a source stood on another file system in an earlier run: what
// is missing is then not gone.
func another(now, earlier *scanner.Run, source string) bool {
	is, was := now.Params[identityParam(source)], earlier.Params[identityParam(source)]
	return is != "" && was != "" && is != was
}

// strangers are the sources of a run that are not what the register says they are: another
// file system than the one whose identity it holds.
func strangers(reg *register.Register, run *scanner.Run) (names []string) {
	if reg == nil {
		return nil
	}
	for i := range reg.Sources {
		s := &reg.Sources[i]
		if is := run.Params[identityParam(s.ID)]; s.Identity != "" && is != "" && is != s.Identity {
			names = append(names, s.ID)
		}
	}
	return names
}
