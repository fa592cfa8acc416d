package importer

import (
	"regexp"
	"strings"
)

// lowerKeys puts every key in lower case, since the set has both spellings.
func lowerKeys(v any) any {
	switch v := v.(type) {
	case map[string]any:
		lower := map[string]any{}
		for key, value := range v {
			lower[strings.ToLower(key)] = lowerKeys(value)
		}
		return lower
	case []any:
		for i := range v {
			v[i] = lowerKeys(v[i])
		}
	}
	return v
}

func dotted(parts ...string) string {
	var kept []string
	for _, p := range parts {
		if p != "" {
			kept = append(kept, p)
		}
	}
	return strings.Join(kept, ".")
}

func oneOf(values ...string) string {
	for _, v := range values {
		if v != "" {
			return v
		}
	}
	return ""
}

func expectSaaS(r map[string]any) outcome {
	e, _ := lowerKeys(r["event"]).(map[string]any)
	switch r["log_type"] {
	case "AWS.CloudTrail":
		return expectAWS(e)
	case "GCP.AuditLog":
		return expectGCP(e)
	case "Amazon.EKS.Audit":
		ref := obj(e, "objectref")
		action := dotted("k8s", str(ref, "resource"), str(ref, "subresource"), str(e, "verb"))
		switch code, _ := obj(e, "responsestatus")["code"].(float64); {
		case code >= 400:
			return outcome{action, "failure"}
		case code >= 100:
			return outcome{action, "success"}
		}
		return outcome{action, ""}
	case "GSuite.ActivityEvent":
		name := oneOf(str(e, "name"), str(e, "type"))
		action := dotted("gsuite", str(obj(e, "id"), "applicationname"), strings.TrimSpace(strings.ToLower(name)))
		if strings.Contains(strings.ToLower(str(e, "name")), "fail") {
			return outcome{action, "failure"}
		}
		return outcome{action, "success"}
	case "GitHub.Audit":
		return outcome{dotted("github", str(e, "action")), oneOf(str(e, "conclusion"), "success")}
	case "Okta.SystemLog":
		status := map[string]string{"SUCCESS": "success", "FAILURE": "failure", "DENY": "failure", "CHALLENGE": "pending"}
		return outcome{dotted("okta", str(e, "eventtype")), status[str(obj(e, "outcome"), "result")]}
	default:
		return outcome{dotted("slack", str(e, "action")), "success"}
	}
}

var firstLabel = regexp.MustCompile(`^[^.]*`)

func expectAWS(e map[string]any) outcome {
	action := dotted("aws", firstLabel.FindString(str(e, "eventsource")), str(e, "eventname"))
	if str(e, "errorcode") != "" || str(obj(e, "responseelements"), "consolelogin") == "Failure" {
		return outcome{action, "failure"}
	}
	return outcome{action, "success"}
}

func expectGCP(e map[string]any) outcome {
	payload := obj(e, "protopayload")
	action := dotted("gcp", oneOf(str(payload, "methodname"), str(e, "methodname")))
	status, reported := payload["status"].(map[string]any)
	_, coded := status["code"].(float64)
	switch {
	case coded: // none is 0 in this set
		return outcome{action, "failure"}
	case reported:
		return outcome{action, "success"}
	case str(e, "severity") == "ERROR":
		return outcome{action, "failure"}
	}
	return outcome{action, ""}
}
