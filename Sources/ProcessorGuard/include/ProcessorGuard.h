// Nothing is called from outside: the check runs before `main`, in every program that links this target.
