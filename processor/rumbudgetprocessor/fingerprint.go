package rumbudgetprocessor

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
)

// fingerprint is two bytes of a hash of the settings that must be equal on all processes for equal decisions: salt,
// key, mode, rules, and budgets, which rules ask for. It is too short to reveal the salt. Two different configurations have the same fingerprint
// once in 65,536 times.
func (c *SamplingConfig) fingerprint(budgets []BudgetConfig) int64 {
	text, err := json.Marshal(struct {
		Salt, Mode string
		Key        []string
		Rules      []RuleConfig
		Drop       []DropConfig
		Budgets    []BudgetConfig
	}{string(c.HashSalt), c.Mode, c.Key, c.rules(), c.Drop, budgets})
	if err != nil {
		return 0 // no value of a configuration file is one that JSON does not have
	}
	sum := sha256.Sum256(text)
	return int64(binary.BigEndian.Uint16(sum[:]))
}
