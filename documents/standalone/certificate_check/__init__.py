"""Check a plan and the proof that no plan is better by more than the stated gap: by plain arithmetic, trusting nobody.

    python3 verify_certificate.py [plan.json [certificate.json [REGISTER]]] [--lang zh] [--json]

REGISTER is the folder of CSV tables, or the .xlsx, the plan was computed from (default: `register` beside this
file). Needs Python 3.10 or newer and nothing else, and shares no code with the program that made the plan. Works
out anew from the register and the policy (which lies in the certificate under its hash): scores, weights, formula
grants, costs, who may pay what, which sets of projects a unit may build, and what the plan reaches in every
objective. Exit code 0: all that is stated is right. 1: something is not, in one sentence. 2: the command line is
not understood.

The proof of a step. Let v be its objective, written so that more is better, and let every shared row r (a fund's
budget, a rule over several units, what an earlier step must keep) say low[r] <= a[r]·x <= high[r]. For ANY prices
y[r], of which a positive one leans on high[r] and a negative one on low[r], every plan x has

    v(x)  <=  sum(y[r] · (high[r] if y[r] > 0 else low[r]))  +  max over plans of (v - sum(y[r] a[r]))·x            (1)

and the last maximum falls apart: town by town over the demonstration sites, unit by unit over the sets of projects
it may build (at most 2^12 are written down; a larger unit is bounded piece by piece of its welfare), over who pays
each project, over decided grants along the pieces of the welfare function. All in whole numbers: prices count in
parts of `scale`. Rules without a price are dropped from the proof, which it survives, and are named. So the bound
is valid whatever the prices are; good prices only make it close. A. M. Geoffrion, Lagrangean relaxation for integer
programming (1974).

What is not looked at: names, measures, reasons why projects were left out, and the solver's own bound, which is
stated beside the certified one (only that its figures and the floors that follow from it agree). Where a file says
`"kind": "impossible"`, its tree of cases is checked instead: see `check_impossible`.
"""
