package main

import "github.com/atranka/atranka/workflow"

// demoQuery is a query that answers a question of one role (domain §D).
type demoQuery struct {
	title string
	role  workflow.Role
	text  string
}

var demoQueries = []demoQuery{
	{"What am I assigned to score, and by when", workflow.Evaluator, `query EvaluatorsWork {
  viewer { person { id name } roles { role } }
  proposals(first: 20) {
    edges { node {
      title state { label(lang: EN) phase }
      evaluations { round dueOn declaredAt submittedAt scores { points criterion { code title } } }
    } }
  }
}`},
	{"What has been selected, against what the notice states", workflow.BoardMember, `query BoardsDashboard {
  strategies(first: 2) {
    edges { node {
      title state { label(lang: EN) }
      projectsCheck { stated named statedRunning running }
      participantsCheck { stated sumOfLargestSingleCounts difference }
      actions { code title allocation }
      calls(first: 10) { edges { node { number budget state { label(lang: EN) } } } }
    } }
  }
  projects(first: 20, orderBy: [{field: ORDINAL}]) {
    edges { node { ordinal title externalCode theme promoter { name } state { label(lang: EN) } } }
  }
}`},
	{"What happened to one project, act by act", workflow.Auditor, `query AuditorsHistory {
  projects(first: 1, orderBy: [{field: ORDINAL}]) {
    edges { node {
      title
      history(first: 100) {
        edges { node { n kind event from to role onBehalfOf effectiveOn recordedAt guards { guard verdict } previousHash hash } }
      }
    } }
  }
}`},
}
