package serve

import (
	"embed"
	"errors"
	"strings"
)

// files are what an administrator installs around the program.
//
//go:embed files
var files embed.FS

var fileNames = []string{"service", "scan-service", "timer", "cron", "alerts", "dashboard"}

var filePaths = map[string]string{
	"service": "recense.service", "scan-service": "recense-scan.service", "timer": "recense-scan.timer", "cron": "recense.cron",
	"alerts": "alerts.yaml", "dashboard": "dashboard.json",
}

// FileNames lists what File gives.
func FileNames() []string { return fileNames }

// File returns a systemd unit, a crontab, alert rules or a dashboard.
func File(name string) ([]byte, error) {
	path := filePaths[strings.ToLower(name)]
	if path == "" {
		return nil, errors.New("serve: no such file")
	}
	return files.ReadFile("files/" + path)
}
