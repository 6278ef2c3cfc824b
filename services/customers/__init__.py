"""Customer companies as the office keeps them: details, portal access, addresses, assortment, own part numbers."""

from services.customers.addresses import AddressService
from services.customers.assortment import AssortmentService
from services.customers.listing import CUSTOMERS
from services.customers.part_numbers import PartNumberService
from services.customers.reading import CustomerFigures, CustomerView
from services.customers.service import CustomerService

__all__ = ['CUSTOMERS', 'AddressService', 'AssortmentService', 'CustomerFigures', 'CustomerService', 'CustomerView',
           'PartNumberService']
