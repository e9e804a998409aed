"""What is wrong with a checklist, in the words of somebody who writes one."""
